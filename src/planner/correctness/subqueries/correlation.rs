//! What in a subquery depends on the row outside.

use datafusion::common::Result;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::LogicalPlan;

/// Whether a plan reads the row outside.
pub(crate) fn is_correlated(plan: &LogicalPlan) -> bool {
    !plan.all_out_ref_exprs().is_empty()
}

/// Whether a plan limits rows that depend on the row outside.
pub(crate) fn limits_rows(plan: &LogicalPlan) -> Result<bool> {
    plan.exists(|node| Ok(matches!(node, LogicalPlan::Limit(_)) && is_correlated(node)))
}
