//! The stock window operators whose place is taken.

use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::common::{Result, internal_err};
use datafusion::physical_expr::PhysicalSortExpr;
use datafusion::physical_expr::window::WindowExpr;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec};
use datafusion::physical_plan::{ExecutionPlanProperties, InputOrderMode};

use super::running::RunningCall;
use crate::planner::rewrite::PlanRef;

/// A stock operator whose input is sorted by the keys of PARTITION BY.
#[derive(Debug, Clone)]
pub(super) struct StockWindow {
    pub(super) plan: PlanRef,
    pub(super) input: PlanRef,
    pub(super) calls: Vec<Arc<dyn WindowExpr>>,
    /// The keys of PARTITION BY, in the order of the rows.
    pub(super) keys: Vec<PhysicalSortExpr>,
    /// True if the stock operator gives each row its value before the group is complete.
    pub(super) is_streaming: bool,
}

impl StockWindow {
    /// The operator at `node`; `None` of others. Without PARTITION BY the one that streams stays, unless all calls can
    /// be carried from batch to batch, and one of them is an aggregate.
    ///
    /// # Errors
    /// When the keys are no prefix of the order.
    pub(super) fn of_sorted_groups(node: &PlanRef) -> Result<Option<Self>> {
        if let Some(window) = node.downcast_ref::<WindowAggExec>() {
            return Ok(Some(Self {
                plan: Arc::clone(node),
                input: Arc::clone(window.input()),
                calls: window.window_expr().to_vec(),
                keys: window.partition_by_sort_keys()?,
                is_streaming: false,
            }));
        }
        let Some(window) = node.downcast_ref::<BoundedWindowAggExec>() else {
            return Ok(None);
        };
        let keys = window.partition_by_sort_keys()?;
        let is_sorted = window.input_order_mode == InputOrderMode::Sorted;
        let is_taken =
            !keys.is_empty() || can_be_carried(window.window_expr(), &window.input().schema());
        let is_bounded = !window.input().boundedness().is_unbounded();
        Ok((is_sorted && is_taken && is_bounded).then(|| Self {
            plan: Arc::clone(node),
            input: Arc::clone(window.input()),
            calls: window.window_expr().to_vec(),
            keys,
            is_streaming: true,
        }))
    }

    /// True if its rows go on from batch to batch, with what was carried from those before.
    pub(super) fn is_running(&self) -> bool {
        self.keys.is_empty() && self.is_streaming
    }

    /// The keys of what is held together: of groups, or of rows that are equal in ORDER BY.
    pub(super) fn buffer_keys(&self) -> Vec<PhysicalSortExpr> {
        match self.calls.first() {
            Some(call) if self.is_running() => call.order_by().to_vec(),
            _ => self.keys.clone(),
        }
    }

    /// The same over other children.
    ///
    /// # Errors
    /// When the plan cannot be rebuilt.
    pub(super) fn again(plan: &PlanRef) -> Result<Self> {
        match Self::of_sorted_groups(plan)? {
            Some(window) => Ok(window),
            None => internal_err!("{} became another operator", plan.name()),
        }
    }
}

fn can_be_carried(calls: &[Arc<dyn WindowExpr>], input: &Schema) -> bool {
    let running = calls.iter().map(|call| RunningCall::new(call, input));
    let running: Option<Vec<_>> = running.collect();
    let has_order = calls.iter().all(|call| !call.order_by().is_empty());
    has_order && running.is_some_and(|calls| calls.iter().any(RunningCall::is_aggregate))
}
