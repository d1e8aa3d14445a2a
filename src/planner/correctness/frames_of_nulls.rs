//! RANGE frames that end before the current row, over keys that are NULL.
//!
//! The rows whose key is NULL have each other as their frame, wherever the offsets lie. The streaming operator takes a
//! frame that ends `10 PRECEDING` for known as soon as its row has come, and leaves out the NULLs of later batches. The
//! operator that waits for all rows of a group does not.
//!
//! Upstream: none found: "RANGE BETWEEN 20 PRECEDING AND 10 PRECEDING" streams over NULL keys as if it were causal
//! Retire when: the count of such a frame over 40 rows, half of them NULL, is right in batches of 3

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::logical_expr::{WindowFrameBound, WindowFrameUnits};
use datafusion::physical_expr::window::WindowExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::InputOrderMode;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec};

use crate::planner::rewrite::{PlanRef, replaced};

/// Has such windows wait for all rows of their groups.
#[derive(Debug)]
pub(crate) struct FramesOfNulls;

impl PhysicalOptimizerRule for FramesOfNulls {
    fn optimize(&self, plan: PlanRef, _: &ConfigOptions) -> Result<PlanRef> {
        replaced(plan, |node| {
            let Some(window) = node.downcast_ref::<BoundedWindowAggExec>() else {
                return Ok(None);
            };
            let schema = window.input().schema();
            let may_be_null = |call: &Arc<dyn WindowExpr>| {
                let keys = call.order_by().iter();
                keys.map(|key| key.expr.nullable(&schema))
                    .any(|nullable| nullable.unwrap_or(true))
            };
            let calls = window.window_expr();
            let is_affected = calls
                .iter()
                .any(|call| ends_before(call) && may_be_null(call));
            if !is_affected || window.input_order_mode != InputOrderMode::Sorted {
                return Ok(None);
            }
            let input = Arc::clone(window.input());
            let divides = !window.partition_keys().is_empty();
            let waiting = WindowAggExec::try_new(calls.to_vec(), input, divides)?;
            Ok(Some(Arc::new(waiting) as _))
        })
    }

    fn name(&self) -> &'static str {
        "frames_of_nulls"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// True of RANGE frames that end at a smaller value than that of the current row.
fn ends_before(call: &Arc<dyn WindowExpr>) -> bool {
    let frame = call.get_window_frame();
    frame.units == WindowFrameUnits::Range
        && matches!(frame.end_bound, WindowFrameBound::Preceding(_))
}
