//! The rule that puts the operator into plans.

use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::physical_expr::window::{PlainAggregateWindowExpr, WindowExpr};
use datafusion::physical_plan::windows::WindowAggExec;

use super::operator::WindowTotalsExec;
use super::totals::TotalCall;
use crate::planner::order_of_rows::aggregate_depends_on_order;
use crate::planner::rewrite::{PlanRef, replaced};

/// To run before distribution is enforced, since the operator needs no single partition.
pub(super) fn rewrite(plan: PlanRef, _config: &ConfigOptions) -> Result<PlanRef> {
    replaced(plan, |node| {
        let Some(window) = node.downcast_ref::<WindowAggExec>() else {
            return Ok(None);
        };
        let input = window.input().schema();
        let calls = window.window_expr().iter().map(|call| total(call, &input));
        Ok(calls.collect::<Option<Vec<_>>>().map(|calls| {
            let input = Arc::clone(window.input());
            Arc::new(WindowTotalsExec::new(calls, input, node.schema())) as _
        }))
    })
}

/// The call, if each row gets the value of all rows, and parts of the rows give the same value.
fn total(call: &Arc<dyn WindowExpr>, input: &Schema) -> Option<TotalCall> {
    let aggregate = call.as_any().downcast_ref::<PlainAggregateWindowExpr>()?;
    let frame = call.get_window_frame();
    let is_whole = frame.start_bound.is_unbounded() && frame.end_bound.is_unbounded();
    let is_plain = call.partition_by().is_empty() && call.order_by().is_empty();
    let of_parts = is_whole && is_plain && !has_filter(aggregate) && is_exact(aggregate, input);
    of_parts.then(|| TotalCall::new(aggregate))
}

fn is_exact(window: &PlainAggregateWindowExpr, input: &Schema) -> bool {
    let aggregate = window.get_aggregate_expr();
    let arguments = aggregate.expressions();
    let of = arguments.first().map(|argument| argument.data_type(input));
    let Ok(of) = of.transpose() else { return false };
    !aggregate_depends_on_order(aggregate.fun().name(), of.as_ref())
}

/// True for `agg(..) FILTER (..) OVER ()`. The trait with the condition is private to its crate; all that shows it
/// is the derived `Debug`, where it comes last. Anything unexpected is taken for a filter.
pub(in crate::planner::fast_paths) fn has_filter(call: &dyn WindowExpr) -> bool {
    !format!("{call:?}").ends_with("filter: None }")
}
