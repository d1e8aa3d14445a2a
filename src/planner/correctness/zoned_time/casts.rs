//! Casts of local times to instants that do not fail on days with a change of offset.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, cast, lit};
use datafusion::optimizer::AnalyzerRule;

use super::first_instant::of_days;
use super::function::{instant_of_local_time, takes};
use super::is_utc;
use crate::planner::rewrite::rewrite_expressions;

/// Replaces each cast from a time without a zone, or a text, to one in a zone other than UTC by a
/// function.
///
/// The stock cast fails the whole query at the first local time that is skipped or repeated
/// (apache/datafusion#10308), and if it is compared with a literal the optimizer moves it to the other
/// side as if the zone were UTC (apache/datafusion#25095). `AT TIME ZONE` and comparisons of naive with
/// zoned times are such casts. It runs after type coercion, which adds some of them.
#[derive(Debug)]
pub(crate) struct LocalCasts;

impl AnalyzerRule for LocalCasts {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        rewrite_expressions(plan, rewrite)
    }

    fn name(&self) -> &'static str {
        "local_casts"
    }
}

/// The operand of a cast, its target type, and true for `TRY_CAST`.
pub(super) fn cast_of<'a>(
    expression: &'a Expr,
    schema: &DFSchema,
) -> Option<(&'a Expr, DataType, bool)> {
    match expression {
        Expr::Cast(Cast { expr, field }) => Some((expr, field.data_type().clone(), false)),
        Expr::TryCast(TryCast { expr, field }) => Some((expr, field.data_type().clone(), true)),
        Expr::ScalarFunction(call) if ["arrow_cast", "arrow_try_cast"].contains(&call.name()) => {
            let wanted = expression.get_type(schema).ok()?;
            Some((call.args.first()?, wanted, call.name() == "arrow_try_cast"))
        }
        // In a session with a zone other than UTC.
        Expr::ScalarFunction(call)
            if TO_TIMESTAMP.contains(&call.name()) && call.args.len() == 1 =>
        {
            let wanted = expression.get_type(schema).ok()?;
            Some((call.args.first()?, wanted, false))
        }
        _ => None,
    }
}

const TO_TIMESTAMP: [&str; 5] = [
    "to_timestamp",
    "to_timestamp_seconds",
    "to_timestamp_millis",
    "to_timestamp_micros",
    "to_timestamp_nanos",
];

/// `to_timestamp` of an integer counts seconds since 1970 in UTC; the stock one takes the UTC local
/// time of that instant for a local time of the session.
fn of_seconds(expression: &Expr, schema: &DFSchema) -> Option<Expr> {
    let Expr::ScalarFunction(call) = expression else {
        return None;
    };
    let ("to_timestamp", [seconds]) = (call.name(), call.args.as_slice()) else {
        return None;
    };
    let wanted = expression.get_type(schema).ok()?;
    let DataType::Timestamp(_, Some(zone)) = &wanted else {
        return None;
    };
    if is_utc(zone) || !seconds.get_type(schema).ok()?.is_integer() {
        return None;
    }
    let seconds = cast(seconds.clone(), DataType::Int64);
    let instant = cast(
        seconds,
        DataType::Timestamp(TimeUnit::Second, Some(Arc::clone(zone))),
    );
    Some(cast(instant, wanted))
}

fn rewrite(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    if let Some(instant) = of_seconds(&expression, schema).or_else(|| of_days(&expression, schema))
    {
        return Ok(Transformed::yes(instant));
    }
    let Some((value, DataType::Timestamp(unit, Some(zone)), is_lenient)) =
        cast_of(&expression, schema)
    else {
        return Ok(Transformed::no(expression));
    };
    // An expression with an unknown type (an outer column, say) keeps its cast.
    let from = value.get_type(schema);
    if !from.is_ok_and(|from| takes(&from, &zone)) {
        return Ok(Transformed::no(expression));
    }
    let function = instant_of_local_time(unit, is_lenient);
    let arguments = vec![value.clone(), lit(zone.as_ref())];
    let call = ScalarFunction::new_udf(Arc::new(function), arguments);
    Ok(Transformed::yes(Expr::ScalarFunction(call)))
}
