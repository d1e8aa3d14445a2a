//! `x IN (subquery)` where x has a subquery itself.
//!
//! The tests that IN becomes read x as an outer value, in which a subquery would stand one query further
//! in than it was written. It is computed in a projection below.
//!
//! Upstream: none found: IN (subquery) with a correlated subquery as its left side is refused
//! Retire when: the stock engine answers `SELECT (SELECT y FROM (VALUES (1)) b(y) WHERE y = x) IN (SELECT 1) FROM (VALUES (1)) a(x)`.

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::in_subqueries::holds_row_by_row;
use super::subquery_places::{ExtractedSubqueries, computed_below, has_subquery};

/// Moves subqueries on the left of IN to projections; runs before IN is rewritten.
#[derive(Debug)]
pub(crate) struct InOperands;

impl AnalyzerRule for InOperands {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        if !has_subquery(&plan)? {
            return Ok(plan);
        }
        let placed = plan.transform_up_with_subqueries(|node| match node {
            LogicalPlan::Filter(_)
            | LogicalPlan::Projection(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Distinct(Distinct::On(_)) => computed_below(node, &from_operands),
            other => Ok(Transformed::no(other)),
        })?;
        Ok(placed.data)
    }

    fn name(&self) -> &'static str {
        "in_operands"
    }
}

fn from_operands(expression: Expr, taken: &mut ExtractedSubqueries) -> Result<Transformed<Expr>> {
    expression.transform_down(|part| match part {
        Expr::InSubquery(call) if holds_row_by_row(&call.expr)? => {
            let InSubquery {
                expr,
                subquery,
                negated,
            } = call;
            let value = taken.extract_from(*expr)?.data;
            let call = InSubquery::new(Box::new(value), subquery, negated);
            Ok(Transformed::yes(Expr::InSubquery(call)))
        }
        other => Ok(Transformed::no(other)),
    })
}
