//! Puts the function in the place of CASE expressions.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{Case, ScalarFunction};
use datafusion::logical_expr::{Expr, ExprSchemable};

use super::condition::{ComparedValue, RangeTest};
use super::function::function;
use super::lookup;
use super::steps::CaseSteps;

/// The call in the place of a CASE.
pub(super) fn rewrite(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::Case(case) = &expression else {
        return Ok(Transformed::no(expression));
    };
    Ok(match in_ranges(case, &expression, schema)? {
        Some(call) => Transformed::yes(call),
        None => Transformed::no(expression),
    })
}

/// The call in the place of `case`; `None` if it is no step function of one value, or the stock operator is as good.
fn in_ranges(case: &Case, expression: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    let Some(mut results) = results(case) else {
        return Ok(None);
    };
    let mut about = ComparedValue {
        value: case.expr.as_deref(),
        data_type: None,
    };
    let tests = case
        .when_then_expr
        .iter()
        .map(|(when, _)| match (&case.expr, &**when) {
            (None, condition) => RangeTest::read(condition, &mut about),
            (Some(_), Expr::Literal(constant, _)) => RangeTest::equal(constant, &mut about),
            (Some(_), _) => None,
        });
    let tests: Option<Vec<RangeTest>> = tests.collect();
    let (Some(tests), Some(operand), Some(compared)) = (tests, about.value, about.data_type) else {
        return Ok(None);
    };
    let (data_type, result_type) = (operand.get_type(schema)?, expression.get_type(schema)?);
    if operand.is_volatile()
        || !lookup::takes(&data_type)
        || data_type != compared
        || !is_worth(case, &result_type)
    {
        return Ok(None);
    }
    let otherwise = ScalarValue::try_new_null(&result_type)?;
    // Without ELSE it is NULL; and a column that may be NULL says so as before, even if no row can be.
    if results.len() == tests.len() {
        results.push(otherwise);
    }
    if results
        .iter()
        .any(|result| result.data_type() != result_type)
    {
        return Ok(None);
    }
    let Some(steps) = CaseSteps::of_branches(&tests, &results)? else {
        return Ok(None);
    };
    let steps = if expression.nullable(schema)? {
        steps.with_null()?
    } else {
        steps
    };
    let lists = steps.arguments()?.map(|list| Expr::Literal(list, None));
    let arguments = std::iter::once(operand.clone()).chain(lists).collect();
    Ok(Some(Expr::ScalarFunction(ScalarFunction::new_udf(
        Arc::new(function()),
        arguments,
    ))))
}

/// The results of the branches, that of ELSE last if there is one; `None` if one is no constant.
fn results(case: &Case) -> Option<Vec<ScalarValue>> {
    let branches = case.when_then_expr.iter().map(|(_, then)| then);
    let all = branches.chain(&case.else_expr);
    all.map(|result| match result.as_ref() {
        Expr::Literal(value, None) => Some(value.clone()),
        _ => None,
    })
    .collect()
}

/// One condition is one comparison in the stock operator as well. Truth values are better off as conditions, which
/// reach the files; and counts are known by the form of a single branch.
fn is_worth(case: &Case, result_type: &DataType) -> bool {
    let has_several = case.when_then_expr.len() > 1;
    let is_text = result_type.is_string() && case.else_expr.is_some();
    *result_type != DataType::Boolean && !result_type.is_nested() && (has_several || is_text)
}
