//! Totals of all rows beside groups of them.

use datafusion::common::Result;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::{Aggregate, Expr, GroupingSet, LogicalPlan};

use super::correlation::is_correlated;

/// What is said of ROLLUP in a subquery where it cannot be planned.
pub(crate) const TOTALS: &str = "ROLLUP, CUBE and GROUPING SETS with a total in a subquery that looks at the outer \
     row: write the groups with GROUP BY, and the total as a subquery of its own";

/// Whether a total of all rows is among the rows of an aggregate, which is there of none, too.
pub(super) fn has_total(node: &Aggregate) -> bool {
    match node.group_expr.as_slice() {
        [] => true,
        [Expr::GroupingSet(GroupingSet::Rollup(_) | GroupingSet::Cube(_))] => true,
        [Expr::GroupingSet(GroupingSet::GroupingSets(sets))] => sets.iter().any(Vec::is_empty),
        _ => false,
    }
}

/// Whether there is a total of rows that depend on the row outside beside groups of them: the stock plan loses it
/// where there are none.
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
