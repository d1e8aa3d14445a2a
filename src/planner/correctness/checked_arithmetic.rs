//! Replaces the planner's wrapping operators by checked ones.
//!
//! Upstream: apache/datafusion#17539
//! Retire when: integer `+`, `-` and `*` fail on overflow

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{BinaryExpr, ScalarFunction};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, Operator, ScalarUDF, lit};
use datafusion::optimizer::AnalyzerRule;

use crate::settings::FeatureSwitch;

use crate::functions::correctness::checked_operator::{CheckedOperator, zero};
use crate::planner::rewrite::rewrite_expressions;

/// Rewrites integer `+`, `-`, `*` and unary minus to their checked forms.
///
/// It runs after type coercion, so that both sides have one type, and before constants are folded, so
/// that constants are checked too. It works on the logical plan because then every operator is covered,
/// windows included, and because a serialized plan keeps the function by its name.
#[derive(Debug)]
pub(crate) struct CheckArithmetic;

impl AnalyzerRule for CheckArithmetic {
    fn analyze(&self, plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
        if !FeatureSwitch::CHECKED_ARITHMETIC.is_on(config) {
            return Ok(plan);
        }
        rewrite_expressions(plan, check)
    }

    fn name(&self) -> &'static str {
        "check_arithmetic"
    }
}

fn check(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expression {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let checked = CheckedOperator::for_operator(op)
                .filter(|_| is_integer(&left, schema) && is_integer(&right, schema));
            let Some(checked) = checked else {
                return Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr {
                    left,
                    op,
                    right,
                })));
            };
            Ok(Transformed::yes(call(checked, *left, *right)))
        }
        Expr::Negative(inner) => {
            let Some(zero) = inner.get_type(schema).ok().as_ref().and_then(zero) else {
                return Ok(Transformed::no(Expr::Negative(inner)));
            };
            let Some(minus) = CheckedOperator::for_operator(Operator::Minus) else {
                return Ok(Transformed::no(Expr::Negative(inner)));
            };
            Ok(Transformed::yes(call(minus, lit(zero), *inner)))
        }
        other => Ok(Transformed::no(other)),
    }
}

fn call(checked: CheckedOperator, left: Expr, right: Expr) -> Expr {
    let function = Arc::new(ScalarUDF::new_from_impl(checked));
    Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![left, right]))
}

/// An expression with an unknown type (an outer column, say) keeps its plain operator.
///
/// A checked call has the type of its first argument. Computing the type from the call itself would
/// build the names of everything below it, and a long sum is as deep as it is long.
fn is_integer(expression: &Expr, schema: &DFSchema) -> bool {
    let mut first = expression;
    while let Expr::ScalarFunction(call) = first
        && call.func.inner().is::<CheckedOperator>()
        && let Some(argument) = call.args.first()
    {
        first = argument;
    }
    first
        .get_type(schema)
        .is_ok_and(|data_type: DataType| data_type.is_integer())
}
