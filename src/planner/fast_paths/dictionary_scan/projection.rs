//! Projections over text that is read as dictionaries.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::physical_expr::projection::ProjectionExpr;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions};

use super::entry_parts::{columns_of_parts, decoded_by_entries, is_text};
use super::with_dictionaries;
use crate::planner::rewrite::PlanRef;

/// Lets projections evaluate parts that depend on one text column once for each entry of its dictionary, where
/// nothing else needs the column.
///
/// Before projections are merged into scans, which do not say then what they read. Those below an aggregation are
/// left to it.
pub(super) fn rewrite(plan: PlanRef, _config: &ConfigOptions) -> Result<PlanRef> {
    let plan = below(plan)?;
    Ok(over_dictionaries(&plan)?.unwrap_or(plan))
}

/// `plan` with the projections below it rewritten.
fn below(plan: PlanRef) -> Result<PlanRef> {
    let is_aggregate = plan.is::<AggregateExec>();
    let mut is_changed = false;
    let mut children = vec![];
    for child in plan.children() {
        let mut rewritten = below(Arc::clone(child))?;
        if !is_aggregate && let Some(projection) = over_dictionaries(&rewritten)? {
            rewritten = projection;
        }
        is_changed |= !Arc::ptr_eq(child, &rewritten);
        children.push(rewritten);
    }
    if is_changed {
        plan.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    } else {
        Ok(plan)
    }
}

fn over_dictionaries(plan: &PlanRef) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(projection) = plan.downcast_ref::<ProjectionExec>() else {
        return Ok(None);
    };
    let before = projection.input().schema();
    let expressions = projection.expr();
    let mut columns = columns_of_parts(expressions.iter().map(|each| &each.expr));
    columns.retain(|&column| is_text(before.field(column).data_type()));
    if columns.is_empty() {
        return Ok(None);
    }
    let Some(input) = with_dictionaries(projection.input(), &columns)? else {
        return Ok(None);
    };
    let now = input.schema();
    let rewritten = expressions.iter().map(|each| {
        let expression = decoded_by_entries(&each.expr, &before, &now)?;
        Ok(ProjectionExpr::new(expression, each.alias.clone()))
    });
    let rewritten = rewritten.collect::<Result<Vec<_>>>()?;
    Ok(Some(Arc::new(ProjectionExec::try_new(rewritten, input)?)))
}
