//! The stock window operators whose place is taken.

use std::sync::Arc;

use datafusion::common::{Result, internal_err};
use datafusion::physical_expr::PhysicalSortExpr;
use datafusion::physical_expr::window::WindowExpr;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec};
use datafusion::physical_plan::{ExecutionPlanProperties, InputOrderMode};

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
    /// The operator at `node`; `None` of others. Without PARTITION BY the one that streams stays.
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
        let is_sorted = window.input_order_mode == InputOrderMode::Sorted && !keys.is_empty();
        let is_bounded = !window.input().boundedness().is_unbounded();
        Ok((is_sorted && is_bounded).then(|| Self {
            plan: Arc::clone(node),
            input: Arc::clone(window.input()),
            calls: window.window_expr().to_vec(),
            keys,
            is_streaming: true,
        }))
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
