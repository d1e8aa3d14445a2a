//! The arguments of table functions: tables, named options and constants.

use std::sync::Arc;

use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue, plan_err};
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, FunctionArg, FunctionArgExpr, Query, TableFactor,
};

/// Plans a query that is an argument.
///
/// # Errors
/// When planning fails.
pub(crate) fn table(
    subquery: Box<Query>,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    context.plan(TableFactor::Derived {
        lateral: false,
        subquery,
        alias: None,
        sample: None,
    })
}

/// A table or query argument, which [`crate::sql`] has rewritten to a query.
pub(crate) fn query(arg: &FunctionArg) -> Option<Box<Query>> {
    let (FunctionArg::Unnamed(FunctionArgExpr::Expr(SqlExpr::Subquery(query)))
    | FunctionArg::Named {
        arg: FunctionArgExpr::Expr(SqlExpr::Subquery(query)),
        ..
    }
    | FunctionArg::ExprNamed {
        arg: FunctionArgExpr::Expr(SqlExpr::Subquery(query)),
        ..
    }) = arg
    else {
        return None;
    };
    Some(query.clone())
}

/// An option: its name and the expression of its value.
///
/// # Errors
/// When it has no name.
pub(crate) fn named(function: &str, arg: &FunctionArg) -> Result<(String, SqlExpr)> {
    let (FunctionArg::Named {
        arg: FunctionArgExpr::Expr(value),
        ..
    }
    | FunctionArg::ExprNamed {
        arg: FunctionArgExpr::Expr(value),
        ..
    }) = arg
    else {
        return plan_err!("{function}: options are named: write name => value");
    };
    let name = match arg {
        FunctionArg::Named { name, .. } => name.value.clone(),
        FunctionArg::ExprNamed { name, .. } => name.to_string(),
        FunctionArg::Unnamed(_) => String::new(),
    };
    Ok((name, value.clone()))
}

/// A text, such as the name of a calendar; `wanted` describes it in errors. `None` for NULL.
///
/// # Errors
/// When it is not a text.
pub(crate) fn text(
    function: &str,
    (option, wanted): (&str, &str),
    value: &ScalarValue,
) -> Result<Option<String>> {
    match value.try_as_str() {
        Some(text) => Ok(text.map(str::to_owned)),
        None if value.is_null() => Ok(None),
        None => plan_err!("{function}: {option} is {value}, not {wanted}"),
    }
}

/// Evaluates the value of an option, an expression without columns.
///
/// # Errors
/// When it has columns, or evaluation fails.
pub(crate) fn constant(
    (function, option): (&str, &str),
    expr: SqlExpr,
    context: &mut dyn RelationPlannerContext,
) -> Result<ScalarValue> {
    let schema = DFSchema::empty();
    let written = expr.to_string();
    let expr = context.sql_to_expr(expr, &schema)?;
    let options = Arc::new(context.context_provider().options().clone());
    let simplify = SimplifyContext::builder()
        .with_config_options(options)
        .with_query_execution_start_time(Some(chrono::Utc::now()))
        .build();
    let simplifier = ExprSimplifier::new(simplify);
    let folded = simplifier
        .coerce(expr, &schema)
        .and_then(|expr| simplifier.simplify(expr));
    match folded {
        Ok(Expr::Literal(value, _)) => Ok(value),
        Err(DataFusionError::ArrowError(error, _)) => {
            plan_err!("{function}: {option} is {written}: {error}")
        }
        _ => plan_err!(
            "{function}: options are constants, such as TIMESTAMP '2026-01-31 00:00:00', not \
             {written}"
        ),
    }
}
