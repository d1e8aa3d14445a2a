//! Dates and coarser timestamps beside timestamps of nanoseconds, which end in 2262.
//!
//! The stock coercion makes nanoseconds of both sides, so that `created_at < DATE '9999-12-31'` is an
//! error, as is a join to periods that end in 9999. Here a date takes the unit of the timestamp it is
//! compared with. Beside nanoseconds, a constant out of their range becomes the end of the range; of
//! two columns, one is converted in a way that does not change the result.
//!
//! Upstream: none found: a DATE column with 9999-12-31 beside a TIMESTAMP column fails, converted value exceeds i64
//! Retire when: comparing a date with a timestamp cannot overflow

use arrow::datatypes::{DataType, IntervalMonthDayNano, TimeUnit};
use chrono::{NaiveDateTime, NaiveTime};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::functions::datetime::expr_fn::date_trunc;
use datafusion::logical_expr::expr::{BinaryExpr, Cast};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, binary_expr, cast, lit, when};

use super::common_unit::in_one_unit;
use super::time_literals::{constant, is_in_reach, is_utc, swapped, unit_of, within};

/// The rewrite; runs before type coercion.
#[derive(Debug)]
pub(crate) struct EndOfTime;

impl FunctionRewrite for EndOfTime {
    fn name(&self) -> &'static str {
        "end_of_time"
    }

    fn rewrite(
        &self,
        expression: Expr,
        schema: &DFSchema,
        _config: &ConfigOptions,
    ) -> Result<Transformed<Expr>> {
        let rewritten = match &expression {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => compared(left, *op, right, schema)?,
            Expr::Between(between) => {
                within(between, |left, op, right| compared(left, op, right, schema))?
            }
            Expr::Cast(cast) => of_date(cast, schema),
            other => in_one_unit(other, schema),
        };
        Ok(match rewritten {
            Some(rewritten) => Transformed::yes(rewritten),
            None => Transformed::no(expression),
        })
    }
}

/// A cast of a column of dates to TIMESTAMP, in microseconds as in `PostgreSQL` and DuckDB.
fn of_date(to_time: &Cast, schema: &DFSchema) -> Option<Expr> {
    let DataType::Timestamp(TimeUnit::Nanosecond, zone) = to_time.field.data_type() else {
        return None;
    };
    let is_date = matches!(
        to_time.expr.get_type(schema),
        Ok(DataType::Date32 | DataType::Date64)
    );
    // The types of VALUES are fixed already.
    if !is_date || to_time.expr.column_refs().is_empty() {
        return None;
    }
    let micros = DataType::Timestamp(TimeUnit::Microsecond, zone.clone());
    Some(cast(to_time.expr.as_ref().clone(), micros))
}

fn compared(left: &Expr, op: Operator, right: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    use DataType::{Date32, Date64, Timestamp};
    let Some(swapped) = swapped(op) else {
        return Ok(None);
    };
    let (Ok(of_left), Ok(of_right)) = (left.get_type(schema), right.get_type(schema)) else {
        return Ok(None);
    };
    Ok(match (&of_left, &of_right) {
        (Timestamp(TimeUnit::Nanosecond, _), _) => {
            beside_nanos((left, &of_left), op, (right, &of_right))?
        }
        (_, Timestamp(TimeUnit::Nanosecond, _)) => {
            beside_nanos((right, &of_right), swapped, (left, &of_left))?
        }
        (Timestamp(..), Date32 | Date64) => {
            Some(binary_expr(left.clone(), op, cast(right.clone(), of_left)))
        }
        (Date32 | Date64, Timestamp(..)) => {
            Some(binary_expr(cast(left.clone(), of_right), op, right.clone()))
        }
        (Timestamp(..), _) => text_literal(right, &of_left)
            .map(|right| -> Result<Expr> {
                let settled = compared(left, op, &right, schema)?;
                Ok(settled.unwrap_or_else(|| binary_expr(left.clone(), op, right)))
            })
            .transpose()?,
        (_, Timestamp(..)) => text_literal(left, &of_right)
            .map(|left| -> Result<Expr> {
                let settled = compared(&left, op, right, schema)?;
                Ok(settled.unwrap_or_else(|| binary_expr(left, op, right.clone())))
            })
            .transpose()?,
        _ => None,
    })
}

/// A text beside timestamps of type `beside` as a timestamp, if their unit would truncate its digits,
/// or if it is out of the range of nanoseconds, which the stock coercion chooses.
pub(crate) fn text_literal(text: &Expr, beside: &DataType) -> Option<Expr> {
    let (Expr::Literal(value, _), DataType::Timestamp(unit, zone)) = (text, beside) else {
        return None;
    };
    value.try_as_str()?;
    if zone.as_deref().is_some_and(|zone| !is_utc(zone)) {
        return None;
    }
    let instant = constant(text)?;
    let needed = unit_of(instant);
    if needed <= *unit && is_in_reach(instant) {
        return None;
    }
    let at = instant.and_utc();
    let zone = zone.clone();
    Some(lit(match needed.max(*unit) {
        TimeUnit::Second => ScalarValue::TimestampSecond(Some(at.timestamp()), zone),
        TimeUnit::Millisecond => {
            ScalarValue::TimestampMillisecond(Some(at.timestamp_millis()), zone)
        }
        TimeUnit::Nanosecond if is_in_reach(instant) => {
            ScalarValue::TimestampNanosecond(at.timestamp_nanos_opt(), zone)
        }
        _ => ScalarValue::TimestampMicrosecond(Some(at.timestamp_micros()), zone),
    }))
}

type ExprWithType<'a> = (&'a Expr, &'a DataType);

fn beside_nanos(
    (nanos, of_nanos): ExprWithType<'_>,
    op: Operator,
    (other, of_other): ExprWithType<'_>,
) -> Result<Option<Expr>> {
    let DataType::Timestamp(_, zone) = of_nanos else {
        return Ok(None);
    };
    if let Some(instant) = constant(other) {
        return Ok(if is_in_reach(instant) {
            None
        } else {
            Some(beside_far(nanos, of_nanos, op, instant))
        });
    }
    let is_local = |zone: &str| !["UTC", "+00:00"].contains(&zone);
    if zone.as_deref().is_some_and(is_local) || other.column_refs().is_empty() {
        return Ok(None);
    }
    match of_other {
        DataType::Date32 => beside_dates((nanos, of_nanos), op, (other, of_other)).map(Some),
        DataType::Timestamp(unit, _) if *unit != TimeUnit::Nanosecond => {
            beside_coarser((nanos, of_nanos), op, (other, of_other), *unit)
        }
        _ => Ok(None),
    }
}

/// Compares dates and nanoseconds by the day if the time of day does not change the result.
fn beside_dates(
    (nanos, of_nanos): ExprWithType<'_>,
    op: Operator,
    (other, of_other): ExprWithType<'_>,
) -> Result<Expr> {
    let is_midnight = constant(nanos).map(|instant| instant.time() == NaiveTime::MIN);
    let by_day = match (op, is_midnight) {
        (Operator::Lt | Operator::GtEq, _) | (_, Some(true)) => Some(op),
        (Operator::Gt, Some(false)) => Some(Operator::GtEq),
        (Operator::LtEq, Some(false)) => Some(Operator::Lt),
        _ => None,
    };
    Ok(match by_day {
        Some(op) => binary_expr(cast(nanos.clone(), DataType::Date32), op, other.clone()),
        None => {
            let bounded = bounded(other, of_other, of_nanos)?;
            binary_expr(nanos.clone(), op, bounded)
        }
    })
}

/// Compares a column in a coarser unit with nanoseconds. Literals are left to the optimizer, which
/// converts them to the unit of the column.
fn beside_coarser(
    (nanos, of_nanos): ExprWithType<'_>,
    op: Operator,
    (other, of_other): ExprWithType<'_>,
    unit: TimeUnit,
) -> Result<Option<Expr>> {
    use Operator::{Gt, GtEq, Lt, LtEq};
    if constant(nanos).is_some() {
        return Ok(None);
    }
    let (grain, ticks) = match unit {
        TimeUnit::Second => ("second", 1_000_000_000),
        TimeUnit::Millisecond => ("millisecond", 1_000_000),
        _ => ("microsecond", 1_000),
    };
    let floor = |nanos: Expr| {
        let zone = match of_nanos {
            DataType::Timestamp(_, zone) => zone.clone(),
            _ => None,
        };
        let floor = date_trunc(lit(grain), nanos);
        cast(floor, DataType::Timestamp(unit, zone))
    };
    Ok(Some(match op {
        Lt | GtEq => binary_expr(floor(nanos.clone()), op, other.clone()),
        // now() and expressions over it.
        Gt | LtEq if nanos.column_refs().is_empty() => {
            let almost_one = IntervalMonthDayNano::new(0, 0, ticks - 1);
            let almost_one = lit(ScalarValue::IntervalMonthDayNano(Some(almost_one)));
            let ceiling = floor(nanos.clone() + almost_one);
            binary_expr(ceiling, op, other.clone())
        }
        _ => binary_expr(nanos.clone(), op, bounded(other, of_other, of_nanos)?),
    }))
}

/// A comparison with a constant that lies before or after the range of nanoseconds.
fn beside_far(nanos: &Expr, of_nanos: &DataType, op: Operator, instant: NaiveDateTime) -> Expr {
    use Operator::{Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    let is_behind = instant.and_utc().timestamp() > 0;
    let end = if is_behind { i64::MAX } else { i64::MIN };
    let holds = match op {
        IsDistinctFrom => return lit(true),
        IsNotDistinctFrom => return lit(false),
        Lt | LtEq => is_behind,
        Gt | GtEq => !is_behind,
        op => op == NotEq,
    };
    // True, false or, for NULL, unknown.
    let op = match (holds, is_behind) {
        (true, true) => LtEq,
        (false, true) => Gt,
        (true, false) => GtEq,
        (false, false) => Lt,
    };
    binary_expr(nanos.clone(), op, lit_nanos(end, of_nanos))
}

fn lit_nanos(ticks: i64, data_type: &DataType) -> Expr {
    let zone = match data_type {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    };
    lit(ScalarValue::TimestampNanosecond(Some(ticks), zone))
}

/// `value` as nanoseconds; values out of range become the first or the last.
fn bounded(value: &Expr, of_value: &DataType, of_nanos: &DataType) -> Result<Expr> {
    // A time keeps its own zone: type coercion handles times of two zones.
    let wanted = match of_value {
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Nanosecond, zone.clone()),
        _ => of_nanos.clone(),
    };
    let literal = |ticks: i64| {
        let number = ScalarValue::Int64(Some(ticks));
        number.cast_to(of_value).map(lit)
    };
    const DAY: i64 = 86_400_000_000_000;
    let (first, last) = match of_value {
        DataType::Timestamp(unit, _) => {
            let nanos = match unit {
                TimeUnit::Second => 1_000_000_000,
                TimeUnit::Millisecond => 1_000_000,
                _ => 1_000,
            };
            (literal(i64::MIN / nanos)?, literal(i64::MAX / nanos)?)
        }
        _ => {
            let day = |days: i64| lit(ScalarValue::Date32(i32::try_from(days).ok()));
            (day(i64::MIN / DAY), day(i64::MAX / DAY))
        }
    };
    when(value.clone().gt(last), lit_nanos(i64::MAX, &wanted))
        .when(value.clone().lt(first), lit_nanos(i64::MIN, &wanted))
        .otherwise(cast(value.clone(), wanted))
}
