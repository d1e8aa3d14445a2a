//! A KPI by group that is shown without the number of rows of each group.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::kpis::{detail_part, is_count, is_count_column, measure};
use super::{HintSet, short};
use crate::sql::lineage::LineageVisitor;

/// One hint for a query, at its first such column.
pub(super) fn check(plan: &LogicalPlan, found: &mut HintSet) {
    let columns = plan.schema().fields();
    let kpis = (0..columns.len()).find_map(|index| Some((index, grouped_kpi(plan, index)?)));
    let Some((index, kpi)) = kpis else {
        return;
    };
    let has_n = (0..columns.len()).any(|index| is_count_column(plan, index));
    if has_n || is_guarded(plan) {
        return;
    }
    found.add(format!(
        "{} is shown by group without its n, so ten rows look as sure as ten thousand: add count(*) \
         AS n, or use {kpi}_detail(..)",
        short(columns[index].name())
    ));
}

/// The KPI by group that goes into the column at `index`.
fn grouped_kpi(plan: &LogicalPlan, index: usize) -> Option<&'static str> {
    let mut kpi = None;
    let mut is_lone = |name, is_count: bool, node: &LogicalPlan| {
        let is_grouped = match node {
            LogicalPlan::Aggregate(aggregate) => !aggregate.group_expr.is_empty(),
            _ => true,
        };
        if is_grouped && !is_count {
            kpi = kpi.or(Some(name));
        }
    };
    let is_whole =
        LineageVisitor::default().visit_output(plan, index, &mut |expr, node| match expr {
            Expr::AggregateFunction(call) => {
                if let Some(measure) = measure(call).filter(|measure| !measure.is_detail()) {
                    is_lone(measure.name(), measure.is_count(), node);
                }
                false
            }
            Expr::ScalarFunction(_) => match detail_part(expr, node) {
                Some((measure, part)) => {
                    // The detail was computed in a node below; its grouping is not visible here.
                    is_lone(
                        measure.name(),
                        measure.counts(part) || !groups_below(node),
                        node,
                    );
                    false
                }
                None => true,
            },
            // A subquery in the SELECT list returns one value, and windows state their partitions.
            Expr::ScalarSubquery(_) | Expr::WindowFunction(_) => false,
            _ => true,
        });
    kpi.filter(|_| is_whole)
}

fn groups_below(node: &LogicalPlan) -> bool {
    has_node(
        node,
        |node| matches!(node, LogicalPlan::Aggregate(aggregate) if !aggregate.group_expr.is_empty()),
    )
}

/// True if small groups are filtered out, as with `HAVING count(*) >= 50`.
fn is_guarded(plan: &LogicalPlan) -> bool {
    has_node(plan, |node| {
        let LogicalPlan::Filter(filter) = node else {
            return false;
        };
        let found = filter.predicate.exists(|expr| {
            Ok(match expr {
                Expr::Column(_) => is_count(expr, node),
                Expr::ScalarFunction(_) => {
                    detail_part(expr, node).is_some_and(|(kpi, part)| kpi.counts(part))
                }
                _ => false,
            })
        });
        found.unwrap_or(true)
    })
}

fn has_node(plan: &LogicalPlan, is_it: impl Fn(&LogicalPlan) -> bool) -> bool {
    let mut has = false;
    drop(plan.apply(|node| {
        has = is_it(node);
        Ok(if has {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    }));
    has
}
