//! Windows ordered by an expression around a function or CASE.
//!
//! For the planner, the result of a function or CASE has bounds of no type. An operator around it fails
//! to compute its own bounds, the error is dropped, and the sort that was just added counts as
//! unordered: `rank() OVER (ORDER BY abs(abs(x - y)))` is refused. Such a key becomes a column below
//! the window.
//!
//! Upstream: none found: "`rank() OVER (ORDER BY abs(abs(x - y)))`: `SanityCheckPlan`, does not satisfy order requirements"
//! Retire when: `rank() OVER (ORDER BY abs(abs(x - y)))` answers.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection, Window};
use datafusion::optimizer::AnalyzerRule;

/// Computes keys of windows in a projection below them.
#[derive(Debug)]
pub(super) struct WindowKeys;

impl AnalyzerRule for WindowKeys {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(keyed)?.data)
    }

    fn name(&self) -> &'static str {
        "window_keys"
    }
}

/// True if an operator or function has a function or CASE among its operands.
fn is_opaque(key: &Expr) -> Result<bool> {
    let is_source = |node: &Expr| matches!(node, Expr::ScalarFunction(_) | Expr::Case(_));
    let mut sources = 0;
    key.apply(|node| {
        sources += usize::from(is_source(node) && node != key);
        Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
    })?;
    Ok(sources > 0)
}

fn keyed(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Window(window) = &plan else {
        return Ok(Transformed::no(plan));
    };
    let mut keys: Vec<Expr> = Vec::new();
    let names = NamePreserver::new(&plan);
    let mut expressions = Vec::new();
    for expression in &window.window_expr {
        let name = names.save(expression);
        let moved = expression.clone().transform_up(|node| {
            let Expr::WindowFunction(mut call) = node else {
                return Ok(Transformed::no(node));
            };
            let mut is_moved = false;
            for sort in &mut call.params.order_by {
                if is_opaque(&sort.expr)? {
                    let place = keys.iter().position(|key| *key == sort.expr);
                    let place = place.unwrap_or(keys.len());
                    if place == keys.len() {
                        keys.push(sort.expr.clone());
                    }
                    sort.expr = Expr::Column(Column::new_unqualified(key_name(place)));
                    is_moved = true;
                }
            }
            Ok(Transformed::new_transformed(
                Expr::WindowFunction(call),
                is_moved,
            ))
        })?;
        expressions.push(name.restore(moved.data));
    }
    if keys.is_empty() {
        return Ok(Transformed::no(plan));
    }
    let columns = |plan: &LogicalPlan| -> Vec<Expr> {
        plan.schema()
            .columns()
            .into_iter()
            .map(Expr::Column)
            .collect()
    };
    let mut below = columns(&window.input);
    let named = keys.into_iter().enumerate();
    below.extend(named.map(|(place, key)| key.alias(key_name(place))));
    let below = Projection::try_new(below, Arc::clone(&window.input))?;
    let ordered = Window::try_new(expressions, Arc::new(LogicalPlan::Projection(below)))?;
    let shown = Projection::try_new(columns(&plan), Arc::new(LogicalPlan::Window(ordered)))?;
    Ok(Transformed::yes(LogicalPlan::Projection(shown)))
}

fn key_name(place: usize) -> String {
    format!("__window_key_{place}")
}
