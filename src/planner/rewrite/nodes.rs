//! Replacement of nodes in physical plans.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::physical_plan::ExecutionPlan;

/// A node of a physical plan, with those below it.
pub(crate) type PlanRef = Arc<dyn ExecutionPlan>;

/// `plan` with each node, from the leaves up, replaced by the result of `with`, if that is `Some`.
///
/// # Errors
/// Those of `with`, and when a plan cannot be rebuilt.
pub(crate) fn replaced(
    plan: PlanRef,
    mut with: impl FnMut(&PlanRef) -> Result<Option<PlanRef>>,
) -> Result<PlanRef> {
    let rewritten = plan.transform_up(|node| {
        Ok(match with(&node)? {
            Some(other) => Transformed::yes(other),
            None => Transformed::no(node),
        })
    })?;
    Ok(rewritten.data)
}
