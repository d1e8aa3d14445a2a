//! Filters of row numbers, which tell the sort below them what is not wanted.

use std::sync::Arc;

use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, Literal};
use datafusion::physical_expr::{PhysicalExpr, split_conjunction};
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};

use super::first_of_groups::FirstOfGroups;
use super::operator::NormalizedSortExec;
use crate::planner::fast_paths::window_partitions::WindowPartitionsExec;
use crate::planner::rewrite::PlanRef;

/// `node`, a filter of row numbers, over a sort that leaves the others out; `None` of other nodes. The filter stays: the
/// sort may hand over to the stock one, which leaves out nothing.
///
/// # Errors
/// When the plan cannot be rebuilt.
pub(super) fn limited(node: &PlanRef) -> Result<Option<PlanRef>> {
    let Some(filter) = node.downcast_ref::<FilterExec>() else {
        return Ok(None);
    };
    let (between, above_window) = match filter.input().downcast_ref::<ProjectionExec>() {
        Some(projection) => (Some(projection), projection.input()),
        None => (None, filter.input()),
    };
    let Some(window) = above_window.downcast_ref::<WindowPartitionsExec>() else {
        return Ok(None);
    };
    let Some(sort) = window.sorted_input().downcast_ref::<NormalizedSortExec>() else {
        return Ok(None);
    };
    let conjuncts = split_conjunction(filter.predicate());
    let limits = conjuncts.into_iter().filter_map(|conjunct| {
        let (column, most) = upper_limit(conjunct)?;
        let place = match between {
            Some(projection) => column_of(&projection.expr().get(column)?.expr)?,
            None => column,
        };
        first_rows(window, sort, place, most)
    });
    let Some(first) = limits.min_by_key(|first| first.most) else {
        return Ok(None);
    };
    let Some(sort) = sort.with_first(first) else {
        return Ok(None);
    };
    let mut plan = over(above_window, Arc::new(sort))?;
    if between.is_some() {
        plan = over(filter.input(), plan)?;
    }
    over(node, plan).map(Some)
}

/// The first rows of the groups of `window`, by the number in a column of its output.
fn first_rows(
    window: &WindowPartitionsExec,
    sort: &NormalizedSortExec,
    column: usize,
    most: u64,
) -> Option<FirstOfGroups> {
    let (numbering, order) = window.numbering_in(column)?;
    let keys = window.group_keys();
    // Another window may have asked for a longer order, in which peers are told apart.
    let mut sorted = sort.ordering().iter().skip(keys);
    let is_sorted = order.iter().all(|key| {
        sorted
            .next()
            .is_some_and(|sorted| sorted.expr.eq(&key.expr))
    });
    is_sorted.then_some(FirstOfGroups {
        keys,
        order: order.len(),
        numbering,
        most,
    })
}

fn over(plan: &PlanRef, child: PlanRef) -> Result<PlanRef> {
    let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(plan).replace_children(vec![child], mode)
}

/// Column and limit of `n <= 3`, `n < 4` and `n = 3`, either way round.
fn upper_limit(conjunct: &Arc<dyn PhysicalExpr>) -> Option<(usize, u64)> {
    let compared = conjunct.downcast_ref::<BinaryExpr>()?;
    let (column, operator, limit) = match (column_of(compared.left()), column_of(compared.right()))
    {
        (Some(column), None) => (column, *compared.op(), compared.right()),
        (None, Some(column)) => (column, compared.op().swap()?, compared.left()),
        _ => return None,
    };
    let limit = match limit.downcast_ref::<Literal>()?.value() {
        ScalarValue::UInt64(Some(limit)) => *limit,
        ScalarValue::Int64(Some(limit)) => u64::try_from(*limit).ok()?,
        _ => return None,
    };
    match operator {
        Operator::LtEq | Operator::Eq => Some((column, limit)),
        Operator::Lt => Some((column, limit.saturating_sub(1))),
        _ => None,
    }
}

fn column_of(expr: &Arc<dyn PhysicalExpr>) -> Option<usize> {
    expr.downcast_ref::<Column>().map(Column::index)
}
