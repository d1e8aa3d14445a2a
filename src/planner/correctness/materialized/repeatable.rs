//! Plans that give the same rows each time that they are evaluated.

use datafusion::common::Result;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Aggregate, Distinct, Expr, ExprSchemable, LogicalPlan};

use super::node::MaterializedNode;

/// Aggregates that are the same for any order of the rows.
const EXACT: [&str; 3] = ["count", "min", "max"];

/// The one that is, unless it adds floating-point numbers, whose last digit depends on the order.
const SUM: &str = "sum";

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
            | LogicalPlan::Window(_)
            | LogicalPlan::Distinct(Distinct::On(_))
            | LogicalPlan::RecursiveQuery(_)
            | LogicalPlan::Extension(_) => false,
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

fn has_exact_values(node: &Aggregate) -> Result<bool> {
    for expression in &node.aggr_expr {
        let mut all = true;
        expression.apply(|part| {
            if let Expr::AggregateFunction(call) = part {
                let name = call.func.name();
                let is_float = match call.params.args.first() {
                    Some(argument) => argument.get_type(node.input.schema())?.is_floating(),
                    None => false,
                };
                all &= EXACT.contains(&name) || (name == SUM && !is_float);
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        if !all {
            return Ok(false);
        }
    }
    Ok(true)
}
