//! Comparisons of times with constants.

use arrow::datatypes::{DataType, TimeUnit};
use chrono::{DateTime, NaiveDateTime};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::{Between, Cast};
use datafusion::logical_expr::{Expr, Operator, binary_expr};

use crate::time::text;

/// The operator for exchanged sides; `None` if it is no comparison.
pub(crate) fn swapped(op: Operator) -> Option<Operator> {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    match op {
        Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom => op.swap(),
        _ => None,
    }
}

/// The instant of a literal or a cast of one.
pub(crate) fn constant(expression: &Expr) -> Option<NaiveDateTime> {
    let of_ticks = |ticks: i64, per_second: i64| {
        let nanos = ticks.rem_euclid(per_second) * (1_000_000_000 / per_second);
        let instant =
            DateTime::from_timestamp(ticks.div_euclid(per_second), u32::try_from(nanos).ok()?);
        Some(instant?.naive_utc())
    };
    match expression {
        Expr::Literal(ScalarValue::Date32(Some(day)), _) => of_ticks(i64::from(*day) * 86_400, 1),
        Expr::Literal(ScalarValue::TimestampSecond(Some(ticks), _), _) => of_ticks(*ticks, 1),
        Expr::Literal(ScalarValue::TimestampMillisecond(Some(ticks), _), _) => {
            of_ticks(*ticks, 1_000)
        }
        Expr::Literal(ScalarValue::TimestampMicrosecond(Some(ticks), _), _) => {
            of_ticks(*ticks, 1_000_000)
        }
        Expr::Literal(text, _) => {
            let text = text.try_as_str().flatten()?;
            text::read(text).ok()?.in_utc()
        }
        Expr::Cast(Cast { expr, field }) => {
            let is_time = matches!(
                field.data_type(),
                DataType::Date32 | DataType::Timestamp(..)
            );
            constant(expr).filter(|_| is_time)
        }
        Expr::Alias(alias) => constant(&alias.expr),
        _ => None,
    }
}

/// True if an instant is in the range of nanoseconds in 64 bits.
pub(crate) fn is_in_reach(instant: NaiveDateTime) -> bool {
    instant.and_utc().timestamp_nanos_opt().is_some()
}

/// The coarsest unit that has all digits of an instant.
pub(crate) fn unit_of(instant: NaiveDateTime) -> TimeUnit {
    match instant.and_utc().timestamp_subsec_nanos() {
        0 => TimeUnit::Second,
        nanos if nanos % 1_000_000 == 0 => TimeUnit::Millisecond,
        nanos if nanos % 1_000 == 0 => TimeUnit::Microsecond,
        _ => TimeUnit::Nanosecond,
    }
}

/// True if a zone is UTC by its name.
pub(super) fn is_utc(zone: &str) -> bool {
    ["UTC", "+00:00", "Z"].contains(&zone)
}

/// `BETWEEN` as two comparisons, if `compared` rewrites one of them.
pub(super) fn within(
    between: &Between,
    compared: impl Fn(&Expr, Operator, &Expr) -> Result<Option<Expr>>,
) -> Result<Option<Expr>> {
    let value = between.expr.as_ref();
    let low = compared(value, Operator::GtEq, &between.low)?;
    let high = compared(value, Operator::LtEq, &between.high)?;
    if low.is_none() && high.is_none() {
        return Ok(None);
    }
    let stock = |op, bound: &Expr| binary_expr(value.clone(), op, bound.clone());
    let low = low.unwrap_or_else(|| stock(Operator::GtEq, &between.low));
    let high = high.unwrap_or_else(|| stock(Operator::LtEq, &between.high));
    let both = low.and(high);
    Ok(Some(if between.negated { !both } else { both }))
}
