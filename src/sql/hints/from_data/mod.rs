//! Hints for which rows are looked at: a few of each table, where the plan leaves it open.

mod mixed_surveys;
mod repeated_customers;
mod sample;
mod scale;

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, TableReference};
use datafusion::execution::SessionState;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Expr, LogicalPlan, TableScan, TableSource};

use super::HintSet;
use crate::sql::lineage::{bare, table_column};

/// Looks at some rows of the tables of `plan`.
pub(super) async fn check(state: &SessionState, plan: &LogicalPlan, found: &mut HintSet) {
    mixed_surveys::check(state, plan, found).await;
    repeated_customers::check(state, plan, found).await;
}

/// A column of a table that a call is about.
struct SampledColumn {
    table: TableReference,
    source: Arc<dyn TableSource>,
    name: String,
}

impl SampledColumn {
    fn new(scan: &TableScan, name: &str) -> Self {
        Self {
            table: scan.table_name.clone(),
            source: Arc::clone(&scan.source),
            name: name.to_owned(),
        }
    }
}

/// Conditions of the query on columns of the table alone, by their names in it.
fn filters(plan: &LogicalPlan, sampled: &SampledColumn) -> Vec<Expr> {
    let mut filters = Vec::new();
    drop(plan.apply(|node| {
        if let LogicalPlan::Filter(filter) = node {
            for part in split_conjunction(&filter.predicate) {
                filters.extend(over_table(part, node, sampled));
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }));
    filters
}

fn over_table(condition: &Expr, node: &LogicalPlan, sampled: &SampledColumn) -> Option<Expr> {
    let columns = condition.column_refs();
    let is_own = |column: &&Column| {
        table_column(column, node).is_some_and(|(own, _)| own.table_name == sampled.table)
    };
    let has_subquery = condition.exists(|expr| {
        Ok(matches!(
            expr,
            Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_)
        ))
    });
    if columns.is_empty() || has_subquery.unwrap_or(true) || !columns.iter().all(is_own) {
        return None;
    }
    let renamed = condition.clone().transform(|expr| {
        Ok(match &expr {
            Expr::Column(column) => match table_column(column, node) {
                Some((_, name)) => Transformed::yes(Expr::Column(Column::new_unqualified(name))),
                None => Transformed::no(expr),
            },
            _ => Transformed::no(expr),
        })
    });
    renamed.ok().map(|renamed| renamed.data)
}

/// Every expression of `plan` and its sub-queries, with its node; columns that a projection passes on
/// are left out.
fn each_expr(plan: &LogicalPlan, see: &mut dyn FnMut(&Expr, &LogicalPlan)) {
    drop(plan.apply_with_subqueries(|node| {
        let is_projection = matches!(node, LogicalPlan::Projection(_));
        node.apply_expressions(|root| {
            if is_projection && matches!(bare(root), Expr::Column(_)) {
                return Ok(TreeNodeRecursion::Continue);
            }
            root.apply(|expr| {
                see(expr, node);
                Ok(TreeNodeRecursion::Continue)
            })
        })
    }));
}
