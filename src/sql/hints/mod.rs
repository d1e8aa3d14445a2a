//! Hints: SQL that runs but computes another number than intended.
//!
//! Each file recognizes one mistake in the plan, where CTEs, subqueries and views are already
//! merged. A hint never changes or fails a query, and a correct query gets none.

mod averages;
mod epoch;
mod from_data;
mod integer_division;
mod kpis;
mod last_day;
mod missing_n;
mod not_in;
mod separate_intervals;

use std::fmt;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan};
use indexmap::IndexSet;

use super::lineage::{bare, uncast};

/// One line for the user: behavior of the query, its effect, and the replacement.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QueryHint(String);

impl fmt::Display for QueryHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Maximum length, in characters, of an expression in a hint.
const LONGEST_NAME: usize = 60;

/// Hints for a planned statement, without repetition, in the order of the plan from its top.
/// Statements that show no rows of tables (`EXPLAIN`, `SET`, DDL) get none.
#[must_use]
pub fn hints(plan: &LogicalPlan) -> Vec<QueryHint> {
    let mut found = HintSet::default();
    if let Some(query) = query(plan) {
        missing_n::check(query, &mut found);
        // The traversal itself cannot fail, and a hint must not fail a query.
        drop(query.apply_with_subqueries(|node| {
            check(node, &mut found);
            Ok(TreeNodeRecursion::Continue)
        }));
    }
    found.0.into_iter().map(QueryHint).collect()
}

/// Hints that depend on the data: some rows of the tables are read for them, where the plan alone leaves
/// it open. Meant for after the query, which it must not delay.
pub(crate) async fn hints_from_data(state: &SessionState, plan: &LogicalPlan) -> Vec<QueryHint> {
    let mut found = HintSet::default();
    if let Some(query) = query(plan) {
        from_data::check(state, query, &mut found).await;
    }
    found.0.into_iter().map(QueryHint).collect()
}

/// The query that a statement runs, if any.
fn query(plan: &LogicalPlan) -> Option<&LogicalPlan> {
    match plan {
        LogicalPlan::Copy(copy) => Some(&copy.input),
        LogicalPlan::Dml(dml) => Some(&dml.input),
        LogicalPlan::Explain(_)
        | LogicalPlan::Analyze(_)
        | LogicalPlan::Statement(_)
        | LogicalPlan::Ddl(_)
        | LogicalPlan::DescribeTable(_) => None,
        query => Some(query),
    }
}

fn check(node: &LogicalPlan, found: &mut HintSet) {
    averages::check(node, found);
    last_day::check_pairs(node, found);
    drop(node.apply_expressions(|root| {
        root.apply(|expr| {
            integer_division::check(expr, HintContext { root, node }, found);
            last_day::check(expr, node, found);
            not_in::check(expr, found);
            epoch::check(expr, found);
            separate_intervals::check(expr, node, found);
            Ok(TreeNodeRecursion::Continue)
        })
    }));
}

/// Position of an expression in the plan.
#[derive(Debug, Clone, Copy)]
struct HintContext<'a> {
    /// The whole expression of the node.
    root: &'a Expr,
    node: &'a LogicalPlan,
}

/// Hints without repetition.
#[derive(Debug, Default)]
struct HintSet(IndexSet<String>);

impl HintSet {
    fn add(&mut self, hint: String) {
        self.0.insert(hint);
    }
}

/// Name of an expression in a hint: a column's name, or the shortened expression.
fn name(expr: &Expr) -> String {
    match uncast(expr) {
        Expr::Column(column) => short(&column.name),
        other => short(&other.human_display().to_string()),
    }
}

/// Output name of an expression: its alias, if any.
fn called(expr: &Expr) -> String {
    match expr {
        Expr::Alias(alias) => short(&alias.name),
        other => name(bare(other)),
    }
}

fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}..", &line[..end]),
        None => line,
    }
}
