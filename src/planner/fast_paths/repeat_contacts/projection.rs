//! Projections that read only the columns they need.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::projection_pushdown::ProjectionPushdown;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};

use crate::planner::rewrite::replaced;
use crate::planner::rewrite::{columns_read, substituted};

/// `expressions` over `input`, which reads only the columns they need.
///
/// # Errors
/// When the expressions do not fit the input.
pub(super) fn project(
    expressions: Vec<ProjectionExpr>,
    input: Arc<dyn ExecutionPlan>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let projection = Arc::new(ProjectionExec::try_new(expressions, input)?);
    let pushed = ProjectionPushdown::new().optimize(projection, &ConfigOptions::default())?;
    replaced(pushed, |node| match node.downcast_ref::<FilterExec>() {
        Some(filter) => narrowed(filter),
        None => Ok(None),
    })
}

/// The column at `index` of a plan of `schema`.
pub(super) fn column(schema: &SchemaRef, index: usize) -> ProjectionExpr {
    let name = schema.field(index).name();
    ProjectionExpr {
        expr: Arc::new(Column::new(name, index)),
        alias: name.clone(),
    }
}

/// `filter` over only the columns that it reads or emits. The stock rule stops at a filter that reads a
/// column without emitting it, so the scan below would read all columns.
fn narrowed(filter: &FilterExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let schema = filter.input().schema();
    let Some(given) = filter.projection() else {
        return Ok(None);
    };
    let mut needed = columns_read(filter.predicate());
    needed.extend(given.iter());
    needed.sort_unstable();
    needed.dedup();
    if needed.len() == schema.fields().len() {
        return Ok(None);
    }
    let columns = needed.iter().map(|&index| column(&schema, index));
    let input = project(columns.collect(), Arc::clone(filter.input()))?;
    let place = |index: usize| needed.partition_point(|&needed| needed < index);
    let fields = schema.fields().iter().enumerate();
    let moved = fields.map(|(index, field)| Arc::new(Column::new(field.name(), place(index))) as _);
    let predicate = substituted(filter.predicate(), &moved.collect::<Vec<_>>())?;
    let given = given.iter().map(|&index| place(index)).collect();
    let filter = FilterExecBuilder::new(predicate, input)
        .apply_projection(Some(given))?
        .with_default_selectivity(filter.default_selectivity())
        .with_batch_size(filter.batch_size())
        .build()?;
    Ok(Some(Arc::new(filter)))
}
