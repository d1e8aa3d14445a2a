//! Plans that give the same rows each time that they are evaluated.

use datafusion::common::Result;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, ExprSchemable, LogicalPlan, Window, WindowFrameUnits,
};

use super::node::MaterializedNode;
use crate::planner::order_of_rows::{aggregate_depends_on_order, depends_on_order};

/// True if a plan gives the same rows each time that it is evaluated, in any order.
pub(super) fn is_repeatable(plan: &LogicalPlan) -> Result<bool> {
    let mut repeatable = true;
    plan.apply_with_subqueries(|node| {
        if is_evaluated_once(node) {
            return Ok(TreeNodeRecursion::Jump);
        }
        repeatable &= match node {
            // Among rows that tie any may come first.
            LogicalPlan::Limit(_)
            | LogicalPlan::Distinct(Distinct::On(_))
            | LogicalPlan::RecursiveQuery(_)
            | LogicalPlan::Extension(_) => false,
            LogicalPlan::Window(window) => has_settled_windows(window),
            LogicalPlan::Aggregate(aggregate) => has_exact_values(aggregate)?,
            _ => true,
        };
        node.apply_expressions(|expression| {
            repeatable &= !expression.is_volatile();
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(if repeatable {
            TreeNodeRecursion::Continue
        } else {
            TreeNodeRecursion::Stop
        })
    })?;
    Ok(repeatable)
}

fn is_evaluated_once(node: &LogicalPlan) -> bool {
    match node {
        LogicalPlan::Extension(extension) => extension
            .node
            .as_any()
            .downcast_ref::<MaterializedNode>()
            .is_some(),
        _ => false,
    }
}

/// True if rows that tie have the same values. All of them are in a frame together, unless it counts rows.
fn has_settled_windows(node: &Window) -> bool {
    let is_settled = |call: &WindowFunction| {
        let counts_rows = call.params.window_frame.units == WindowFrameUnits::Rows;
        let is_whole = call.params.order_by.is_empty();
        !depends_on_order(call.fun.name()) && (is_whole || !counts_rows)
    };
    let settled = |expression: &Expr| {
        let is_other =
            |part: &Expr| matches!(part, Expr::WindowFunction(call) if !is_settled(call));
        // The closure never fails.
        !expression.exists(|part| Ok(is_other(part))).unwrap_or(true)
    };
    node.window_expr.iter().all(settled)
}

fn has_exact_values(node: &Aggregate) -> Result<bool> {
    for expression in &node.aggr_expr {
        let mut all = true;
        expression.apply(|part| {
            if let Expr::AggregateFunction(call) = part {
                let argument = call.params.args.first();
                let of = argument
                    .map(|argument| argument.get_type(node.input.schema()))
                    .transpose()?;
                all &= !aggregate_depends_on_order(call.func.name(), of.as_ref());
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        if !all {
            return Ok(false);
        }
    }
    Ok(true)
}
