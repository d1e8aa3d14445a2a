//! IN with a CASE or a subquery in its list.
//!
//! A list is taken for constant if it can be evaluated over no rows, which a CASE can: `x IN (7, CASE
//! WHEN b THEN y ELSE 3 END)` then compares every row with the value of the CASE over no rows. Such an
//! item is compared by itself.
//!
//! Upstream: none found: "x IN (7, CASE .. END) over two rows or more: `InListExpr` takes a CASE for a constant, since it evaluates on an empty batch"
//! Retire when: the query of `tests/stock_engine/` finds the row.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::utils::disjunction;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use crate::planner::rewrite::rewrite_expressions;

/// Moves items that are computed for each row out of the lists of IN.
#[derive(Debug)]
pub(crate) struct InLists;

impl AnalyzerRule for InLists {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        rewrite_expressions(plan, rewrite)
    }

    fn name(&self) -> &'static str {
        "in_lists"
    }
}

/// True if an item has a CASE, a function that may be simplified to one, or a subquery. The optimizer
/// turns a list of nothing but subqueries into IN (subquery), and takes unknown for true below NOT.
fn is_computed(item: &Expr) -> bool {
    let is_subquery = |node: &Expr| matches!(node, Expr::ScalarSubquery(_));
    if item.exists(|node| Ok(is_subquery(node))).unwrap_or(true) {
        return true;
    }
    let branches = |node: &Expr| matches!(node, Expr::Case(_) | Expr::ScalarFunction(_));
    item.exists(|node| Ok(branches(node))).unwrap_or(true)
        && (item.any_column_refs() || item.contains_outer())
}

fn rewrite(expression: Expr, _schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::InList(InList {
        expr,
        list,
        negated,
    }) = expression
    else {
        return Ok(Transformed::no(expression));
    };
    if expr.is_volatile() || !list.iter().any(is_computed) {
        let same = InList::new(expr, list, negated);
        return Ok(Transformed::no(Expr::InList(same)));
    }
    let (computed, plain): (Vec<_>, Vec<_>) = list.into_iter().partition(is_computed);
    let value = *expr;
    let mut found: Vec<Expr> = Vec::new();
    if !plain.is_empty() {
        found.push(value.clone().in_list(plain, false));
    }
    found.extend(computed.into_iter().map(|item| value.clone().eq(item)));
    let found = disjunction(found).unwrap_or_else(|| datafusion::logical_expr::lit(false));
    Ok(Transformed::yes(if negated {
        Expr::Not(Box::new(found))
    } else {
        found
    }))
}
