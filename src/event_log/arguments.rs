//! The arguments of a table function.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue, plan_err};
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, FunctionArg, FunctionArgExpr, Query, TableFactor,
};

use crate::functions::kernels::times::ticks_per_second;

/// Plans a query that is an argument.
///
/// # Errors
/// When planning fails.
pub(super) fn table(
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
pub(super) fn query(arg: &FunctionArg) -> Option<Box<Query>> {
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
pub(super) fn named(function: &str, arg: &FunctionArg) -> Result<(String, SqlExpr)> {
    let (FunctionArg::Named {
        arg: FunctionArgExpr::Expr(value),
        ..
    }
    | FunctionArg::ExprNamed {
        arg: FunctionArgExpr::Expr(value),
        ..
    }) = arg
    else {
        return plan_err!(
            "{function}: options are named: write as_of => TIMESTAMP '2026-01-31 00:00:00'"
        );
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
pub(super) fn text(
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

/// Evaluates an expression without columns.
///
/// # Errors
/// When it has columns, or evaluation fails.
pub(super) fn constant(
    function: &str,
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
            plan_err!("{function}: as_of is {written}: {error}")
        }
        _ => plan_err!(
            "{function}: options are constants, such as TIMESTAMP '2026-01-31 00:00:00', not \
             {written}"
        ),
    }
}

/// `value` in ticks of a log whose times are of type `time`; `None` for NULL.
///
/// # Errors
/// When it is not a timestamp, or has a zone and the log has none.
pub(super) fn instant(function: &str, value: &ScalarValue, time: &DataType) -> Result<Option<i64>> {
    if value.is_null() {
        return Ok(None);
    }
    let is_zoned = matches!(value.data_type(), DataType::Timestamp(_, Some(_)));
    let DataType::Timestamp(unit, zone) = time else {
        return Ok(None);
    };
    if is_zoned && zone.is_none() {
        return plan_err!(
            "{function}: as_of has a time zone and event_at has none: write as_of => TIMESTAMP \
             '..' in the zone of event_at"
        );
    }
    // A timestamp without a zone is UTC, as everywhere in a session; a cast to a zoned type would
    // read it as local time of that zone (apache/datafusion#25175).
    let plain = match value {
        ScalarValue::TimestampSecond(ticks, _) => ScalarValue::TimestampSecond(*ticks, None),
        ScalarValue::TimestampMillisecond(ticks, _) => {
            ScalarValue::TimestampMillisecond(*ticks, None)
        }
        ScalarValue::TimestampMicrosecond(ticks, _) => {
            ScalarValue::TimestampMicrosecond(*ticks, None)
        }
        ScalarValue::TimestampNanosecond(ticks, _) => {
            ScalarValue::TimestampNanosecond(*ticks, None)
        }
        _ => match value.cast_to(&DataType::Timestamp(TimeUnit::Microsecond, None)) {
            Ok(instant) => instant,
            Err(_) => {
                return plan_err!(
                    "{function}: as_of is {value}, which is not a timestamp; write as_of => \
                     TIMESTAMP '2026-01-31 00:00:00'"
                );
            }
        },
    };
    Ok(match plain.cast_to(&DataType::Timestamp(*unit, None))? {
        ScalarValue::TimestampSecond(ticks, _)
        | ScalarValue::TimestampMillisecond(ticks, _)
        | ScalarValue::TimestampMicrosecond(ticks, _)
        | ScalarValue::TimestampNanosecond(ticks, _) => ticks,
        other => {
            return plan_err!(
                "{function}: as_of is {other}, not an instant of {} ticks a second",
                ticks_per_second(time)
            );
        }
    })
}
