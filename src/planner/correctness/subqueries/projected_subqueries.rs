//! Plans EXISTS in a SELECT list as a join.
//!
//! The stock rule plans EXISTS as mark joins, but in filters only. This rule passes it the expressions
//! of a projection as a filter, and uses the resulting joins for the projection.
//!
//! Upstream: none found: `DecorrelatePredicateSubquery` rewrites Filter nodes only, so that EXISTS in a SELECT list is refused
//! Retire when: the stock engine plans EXISTS in a SELECT list

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{BinaryExpr, Expr, Filter, LogicalPlan, Operator, Projection};
use datafusion::optimizer::decorrelate_predicate_subquery::DecorrelatePredicateSubquery;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// Plans the subqueries of projections; runs just before the stock rule for filters.
#[derive(Debug)]
pub(crate) struct ProjectedSubqueries;

impl OptimizerRule for ProjectedSubqueries {
    fn name(&self) -> &'static str {
        "projected_subqueries"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Projection(projection) = &plan else {
            return Ok(Transformed::no(plan));
        };
        let asked: Vec<_> = projection
            .expr
            .iter()
            .filter(|part| holds_exists(part))
            .collect();
        let tests = asked.iter().map(|part| (*part).clone().unalias().is_null());
        // OR, because the stock rule takes conjuncts apart.
        let Some(predicate) = tests.reduce(Expr::or) else {
            return Ok(Transformed::no(plan));
        };
        let filter = Filter::try_new(predicate, Arc::clone(&projection.input))?;
        let planned =
            DecorrelatePredicateSubquery::new().rewrite(LogicalPlan::Filter(filter), config)?;
        let Some((mut tests, input)) = taken_apart(planned.data) else {
            return Ok(Transformed::no(plan));
        };
        let names = NamePreserver::new_for_projection();
        let mut columns = vec![];
        for part in projection.expr.iter().rev() {
            columns.push(if holds_exists(part) {
                match next(&mut tests) {
                    Some(answer) => names.save(part).restore(answer),
                    None => return Ok(Transformed::no(plan)),
                }
            } else {
                part.clone()
            });
        }
        columns.reverse();
        let projection = Projection::try_new(columns, input)?;
        Ok(Transformed::yes(LogicalPlan::Projection(projection)))
    }
}

fn holds_exists(expression: &Expr) -> bool {
    // The closure never fails.
    expression
        .exists(|part| Ok(matches!(part, Expr::Exists(_))))
        .unwrap_or(false)
}

/// The predicate made by the stock rule, and the joins below it.
fn taken_apart(plan: LogicalPlan) -> Option<(Option<Expr>, Arc<LogicalPlan>)> {
    match plan {
        LogicalPlan::Projection(projection) => taken_apart(Arc::unwrap_or_clone(projection.input)),
        LogicalPlan::Filter(filter) => {
            (!holds_exists(&filter.predicate)).then_some((Some(filter.predicate), filter.input))
        }
        _ => None,
    }
}

/// The last of the combined expressions.
fn next(tests: &mut Option<Expr>) -> Option<Expr> {
    let last = match tests.take()? {
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Or,
            right,
        }) => {
            *tests = Some(*left);
            *right
        }
        only => only,
    };
    match last {
        Expr::IsNull(answer) => Some(*answer),
        _ => None,
    }
}
