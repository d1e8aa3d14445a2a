//! Makes queries with joins cancellable.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::joins::{CrossJoinExec, HashJoinExec, NestedLoopJoinExec};

/// `plan` with a yield point above each join that emits many rows for one: an operator over it may
/// consume batch after batch without ever polling the leaves, where DataFusion yields
/// (apache/datafusion#19358).
///
/// For plans that are about to run: the output of `EXPLAIN` does not change.
///
/// # Errors
/// When the plan cannot be rebuilt.
pub(crate) fn yielding(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let wrapped = plan.transform_up(|node| {
        let multiplies = node.is::<CrossJoinExec>()
            || node.is::<HashJoinExec>()
            || node.is::<NestedLoopJoinExec>();
        Ok(if multiplies {
            Transformed::yes(Arc::new(CooperativeExec::new(node)) as _)
        } else {
            Transformed::no(node)
        })
    });
    wrapped.map(|transformed| transformed.data)
}
