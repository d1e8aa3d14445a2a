//! Correlation of subqueries with the outer row.

use datafusion::common::Result;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::LogicalPlan;

/// True if a plan reads the outer row.
pub(crate) fn is_correlated(plan: &LogicalPlan) -> bool {
    !plan.all_out_ref_exprs().is_empty()
}

/// True if a plan has a LIMIT or OFFSET over rows that depend on the outer row.
pub(crate) fn limits_rows(plan: &LogicalPlan) -> Result<bool> {
    plan.exists(|node| Ok(matches!(node, LogicalPlan::Limit(_)) && is_correlated(node)))
}
