//! Casts of zoned times to times without a zone return the zone's local time.

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::functions::datetime::to_local_time;
use datafusion::logical_expr::expr::{Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable};

use super::casts::cast_of;
use super::is_utc;

/// `(ts AT TIME ZONE 'Area/City')::TIMESTAMP` and other casts that a query contains.
///
/// The stock cast returns UTC (apache/datafusion#12218). This runs before type coercion, whose own
/// casts pass instants to functions that count in UTC.
#[derive(Debug)]
pub(crate) struct CastsToLocalTime;

impl FunctionRewrite for CastsToLocalTime {
    fn name(&self) -> &'static str {
        "shown_by_clocks"
    }

    fn rewrite(
        &self,
        expression: Expr,
        schema: &DFSchema,
        _config: &ConfigOptions,
    ) -> Result<Transformed<Expr>> {
        let Some((value, wanted @ DataType::Timestamp(_, None), is_lenient)) =
            cast_of(&expression, schema)
        else {
            return Ok(Transformed::no(expression));
        };
        let Ok(DataType::Timestamp(_, Some(zone))) = value.get_type(schema) else {
            return Ok(Transformed::no(expression));
        };
        if is_utc(&zone) {
            return Ok(Transformed::no(expression));
        }
        if is_put_on_the_clock(value, schema) {
            return plan_err!(
                "a time without a zone is read on the clock of {zone} and cast back to TIMESTAMP, which \
                 would give it as it was: write from_local_time(ts, '{zone}')::TIMESTAMP for the clock of \
                 UTC, or local_time(from_local_time(ts, 'UTC'), '{zone}') if it is in UTC"
            );
        }
        let shown = ScalarFunction::new_udf(to_local_time(), vec![value.clone()]);
        let shown = Box::new(Expr::ScalarFunction(shown));
        Ok(Transformed::yes(if is_lenient {
            Expr::TryCast(TryCast::new(shown, wanted))
        } else {
            Expr::Cast(Cast::new(shown, wanted))
        }))
    }
}

/// True if `value` is a cast of a time without a zone. In `PostgreSQL` that is an instant without a
/// zone, so that the cast back returns the session's local time.
fn is_put_on_the_clock(value: &Expr, schema: &DFSchema) -> bool {
    let Some((inner, _, _)) = cast_of(value, schema) else {
        return false;
    };
    let from = inner.get_type(schema);
    from.is_ok_and(|from| matches!(from, DataType::Timestamp(_, None) | DataType::Date32))
}
