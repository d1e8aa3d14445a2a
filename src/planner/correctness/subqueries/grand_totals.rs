//! Grand totals beside groups.

use datafusion::common::Result;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::{Aggregate, Expr, GroupingSet, LogicalPlan};

use super::correlation::is_correlated;

/// The error for ROLLUP in a subquery that cannot be planned.
pub(crate) const TOTALS: &str = "ROLLUP, CUBE and GROUPING SETS with a total in a subquery that looks at the outer \
     row: write the groups with GROUP BY, and the total as a subquery of its own";

/// True if an aggregate emits a grand total, which it does even for empty input.
pub(super) fn has_total(node: &Aggregate) -> bool {
    match node.group_expr.as_slice() {
        [] => true,
        [Expr::GroupingSet(GroupingSet::Rollup(_) | GroupingSet::Cube(_))] => true,
        [Expr::GroupingSet(GroupingSet::GroupingSets(sets))] => sets.iter().any(Vec::is_empty),
        _ => false,
    }
}

/// True if a plan has a grand total beside groups, both of rows that depend on the outer row: the stock
/// plan loses the total if there are no rows.
pub(crate) fn has_total_beside_groups(plan: &LogicalPlan) -> Result<bool> {
    plan.exists(|node| {
        Ok(match node {
            LogicalPlan::Aggregate(aggregate) => {
                !aggregate.group_expr.is_empty()
                    && has_total(aggregate)
                    && is_correlated(&aggregate.input)
            }
            _ => false,
        })
    })
}
