//! The same nullability of `IS TRUE`, `IS FALSE`, `IS UNKNOWN` and their opposites in both plans.
//!
//! In the logical plan such a test is never NULL. The physical plan makes a comparison of it that may
//! be NULL if its operand may, so that a test that is computed once for two aggregates ends in
//! "Physical input schema should be the same". This rule writes the comparison into the logical plan,
//! after the rules that recognize such tests.
//!
//! Upstream: none found: `IsTrue` and its relatives are non-nullable in `expr_schema.rs`, but planned as IS NOT DISTINCT FROM, which is nullable
//! Retire when: an aggregate over `f IS TRUE` used twice plans

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, Operator, binary_expr, lit};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// Rewrites truth tests as the comparisons of the physical plan; runs last.
#[derive(Debug)]
pub(crate) struct TruthTests;

impl OptimizerRule for TruthTests {
    fn name(&self) -> &'static str {
        "truth_tests"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        None
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        if !has_truth_test(&plan)? {
            return Ok(Transformed::no(plan));
        }
        let rewritten = plan.transform_up_with_subqueries(|node| {
            // The predicate of a filter is in no schema, and readers of plans recognize the test by its
            // name.
            if !gives_columns(&node) {
                return node.recompute_schema().map(Transformed::yes);
            }
            let names = NamePreserver::new(&node);
            let node = node.map_expressions(|expression| {
                let name = names.save(&expression);
                let rewritten = expression.transform_up(|expression| Ok(compared(expression)))?;
                Ok(rewritten.update_data(|expression| name.restore(expression)))
            })?;
            // Columns that may be NULL now may be NULL in all nodes above as well.
            node.map_data(LogicalPlan::recompute_schema)
        })?;
        Ok(Transformed::yes(rewritten.data))
    }
}

const fn gives_columns(node: &LogicalPlan) -> bool {
    matches!(
        node,
        LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_) | LogicalPlan::Window(_)
    )
}

fn has_truth_test(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        if !gives_columns(node) {
            return Ok(TreeNodeRecursion::Continue);
        }
        node.apply_expressions(|expression| {
            found = found || expression.exists(|part| Ok(is_truth_test(part)))?;
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(found)
}

const fn is_truth_test(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsUnknown(_)
            | Expr::IsNotUnknown(_)
    )
}

fn compared(expression: Expr) -> Transformed<Expr> {
    let same = Operator::IsNotDistinctFrom;
    let other = Operator::IsDistinctFrom;
    let comparison = match expression {
        Expr::IsTrue(operand) => binary_expr(*operand, same, lit(true)),
        Expr::IsNotTrue(operand) => binary_expr(*operand, other, lit(true)),
        Expr::IsFalse(operand) => binary_expr(*operand, same, lit(false)),
        Expr::IsNotFalse(operand) => binary_expr(*operand, other, lit(false)),
        Expr::IsUnknown(operand) => operand.is_null(),
        Expr::IsNotUnknown(operand) => operand.is_not_null(),
        expression => return Transformed::no(expression),
    };
    Transformed::yes(comparison)
}
