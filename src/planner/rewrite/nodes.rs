//! Replacement of nodes in physical plans.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::physical_plan::ExecutionPlan;

/// `plan` with each node, from the leaves up, replaced by the result of `with`, if that is `Some`.
///
/// # Errors
/// Those of `with`, and when a plan cannot be rebuilt.
pub(crate) fn replaced(
    plan: Arc<dyn ExecutionPlan>,
    mut with: impl FnMut(&Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let rewritten = plan.transform_up(|node| {
        Ok(match with(&node)? {
            Some(other) => Transformed::yes(other),
            None => Transformed::no(node),
        })
    })?;
    Ok(rewritten.data)
}
