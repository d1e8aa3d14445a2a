//! A Parquet scan rewritten to emit dictionaries.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, FileSource, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_expr::expressions::{CastExpr, Column};
use datafusion::physical_expr::projection::{ProjectionExpr, ProjectionExprs};
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::expression::TextAsDictionaryExpr;
use super::filter::over_dictionaries;
use super::reader::DictionaryReaders;

/// The output columns that a consumer takes as dictionaries. It is passed to
/// [`ExecutionPlan::with_new_state`] of an operator that is no scan; an operator that passes
/// dictionaries through returns a plan.
#[derive(Debug)]
pub(crate) struct DictionaryColumns(pub(crate) Vec<usize>);

/// `scan`, or an operator or a filter over one, with dictionaries for those of `columns` that are text
/// columns of Parquet files; `None` if there are none.
///
/// # Errors
/// When the scan does not accept the new projection.
pub(crate) fn with_dictionaries(
    scan: &Arc<dyn ExecutionPlan>,
    columns: &[usize],
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    if let Some(filter) = scan.downcast_ref::<FilterExec>() {
        return over_dictionaries(filter, columns);
    }
    let Some(exec) = scan.downcast_ref::<DataSourceExec>() else {
        return Ok(scan.with_new_state(Arc::new(DictionaryColumns(columns.to_vec()))));
    };
    let Some((config, source)) = exec.downcast_to_file_source::<ParquetSource>() else {
        return Ok(None);
    };
    let Some(readers) = source.parquet_file_reader_factory() else {
        return Ok(None);
    };
    let names: Vec<(usize, String)> = columns
        .iter()
        .filter_map(|&column| Some((column, text_column(source, column)?)))
        .collect();
    if names.is_empty() {
        return Ok(None);
    }
    let schema = scan.schema();
    let projection = schema.fields().iter().enumerate().map(|(index, field)| {
        let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), index));
        let is_chosen = names.iter().any(|(chosen, _)| *chosen == index);
        let expression = if is_chosen {
            Arc::new(TextAsDictionaryExpr::new(column))
        } else {
            column
        };
        ProjectionExpr::new(expression, field.name().clone())
    });
    let source = source
        .clone()
        .with_parquet_file_reader_factory(Arc::new(DictionaryReaders {
            inner: Arc::clone(readers),
            columns: names.iter().map(|(_, name)| name.clone()).collect(),
        }));
    let Some(source) = source.try_pushdown_projection(&ProjectionExprs::new(projection))? else {
        return Ok(None);
    };
    let config = FileScanConfigBuilder::from(config.clone())
        .with_source(source)
        .build();
    Ok(Some(DataSourceExec::from_data_source(config)))
}

/// The name in the files of output column `index`, if that is a text column without an expression
/// around it.
fn text_column(source: &ParquetSource, index: usize) -> Option<String> {
    let projection = source.projection()?;
    let expression = &projection.iter().nth(index)?.expr;
    let column = expression.downcast_ref::<Column>()?;
    // Columns of the partition folders come after those of the files.
    let field = source
        .table_schema()
        .file_schema()
        .fields()
        .get(column.index())?;
    let is_text = matches!(
        field.data_type(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    );
    is_text.then(|| field.name().clone())
}

/// `scan` with those of its `columns` cast back that have other types in `original`; `scan` itself if there are none.
///
/// # Errors
/// When the projection cannot be built.
pub(crate) fn restored_columns(
    scan: &Arc<dyn ExecutionPlan>,
    original: &Arc<dyn ExecutionPlan>,
    columns: impl Fn(usize) -> bool,
) -> Result<Arc<dyn ExecutionPlan>> {
    let schema = scan.schema();
    let mut is_changed = false;
    let all = restored(scan, original).into_iter().enumerate();
    let all = all.map(|(index, back)| {
        if columns(index) {
            is_changed |= !back.expr.is::<Column>();
            return back;
        }
        let column = Column::new(schema.field(index).name(), index);
        ProjectionExpr::new(Arc::new(column), back.alias)
    });
    let all: Vec<ProjectionExpr> = all.collect();
    if !is_changed {
        return Ok(Arc::clone(scan));
    }
    Ok(Arc::new(ProjectionExec::try_new(all, Arc::clone(scan))?))
}

/// Expressions for the columns of `original` over those of its rewritten form `scan`.
pub(crate) fn restored(
    scan: &Arc<dyn ExecutionPlan>,
    original: &Arc<dyn ExecutionPlan>,
) -> Vec<ProjectionExpr> {
    let (from, to) = (scan.schema(), original.schema());
    let fields = from.fields().iter().zip(to.fields()).enumerate();
    fields
        .map(|(index, (from, to))| {
            let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(from.name(), index));
            let expression = if from.data_type() == to.data_type() {
                column
            } else {
                Arc::new(CastExpr::new(column, to.data_type().clone(), None))
            };
            ProjectionExpr::new(expression, to.name().clone())
        })
        .collect()
}
