//! Products and quotients of lengths of time: rewrites of `n * INTERVAL '1 hour'`, `sum(b - a) / count(*)`
//! and `(b - a) / INTERVAL '1 hour'`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, IntervalMonthDayNanoArray};
use arrow::compute::cast;
use arrow::compute::kernels::numeric::neg;
use arrow::datatypes::{
    DataType, Float64Type, Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, TimeUnit,
};
use datafusion::common::{Result, exec_datafusion_err, plan_err};

use super::factor::{IntervalFactor, divide, multiply};
use crate::functions::declaration::scalar::ScalarFunctionSpec;
use crate::functions::kernels::lengths::{INTERVAL, durations, is_length, totals};

const LENGTH: &str = "An INTERVAL, or the difference of two times.";

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        interval_times(),
        interval_divide(),
        interval_ratio(),
        negative(),
    ]
}

fn interval_times() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "interval_times",
        aliases: &[],
        syntax: "interval_times(interval, factor)\ninterval * factor\nfactor * interval",
        meaning: "The interval, factor times over. Months, days and the rest are multiplied one by one; a part of a month counts as 30 days to the month, a part of a day as 24 hours to the day. The difference of two times gives such a difference, in microseconds. NULL when an argument is; an interval too long to hold is an error.",
        arguments: &[("interval", LENGTH), ("factor", "Any number.")],
        example: "SELECT interval_times(INTERVAL '1 minute', 90) = 90 * INTERVAL '1 minute'",
        coerce: |types| {
            coerce(types).map_or_else(
                || plan_err!("interval_times takes an interval and a number: 3 * INTERVAL '1 day'"),
                Ok,
            )
        },
        returns: |types| Ok(types[0].clone()),
        kernel: |columns| by_factor(columns, multiply),
    }
}

fn interval_divide() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "interval_divide",
        aliases: &[],
        syntax: "interval_divide(interval, divisor)\ninterval / divisor",
        meaning: "The interval, divided by a number. Months, days and the rest are divided one by one; what is left of a month flows down as 30 days, what is left of a day as 24 hours, and microseconds are rounded. NULL when an argument is; a divisor of 0 is an error.",
        arguments: &[("interval", LENGTH), ("divisor", "Any number but 0.")],
        example: "SELECT interval_divide(INTERVAL '3 hours', 2) = INTERVAL '3 hours' / 2",
        coerce: |types| {
            coerce(types).map_or_else(
                || {
                    plan_err!(
                        "interval_divide takes an interval and a number: INTERVAL '1 day' / 2"
                    )
                },
                Ok,
            )
        },
        returns: |types| Ok(types[0].clone()),
        kernel: |columns| by_factor(columns, divide),
    }
}

fn interval_ratio() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "interval_ratio",
        aliases: &[],
        syntax: "interval_ratio(interval, unit)\ninterval / unit",
        meaning: "How many times the unit fits into the interval, as a number with its fraction; a month counts as 30 days and a day as 24 hours. NULL when an argument is; a unit of 0 is an error.",
        arguments: &[("interval", LENGTH), ("unit", LENGTH)],
        example: "SELECT interval_ratio(INTERVAL '90 minutes', INTERVAL '1 hour')",
        coerce: |types| match types {
            [one, other] if is_length(one) && is_length(other) => Ok(types.to_vec()),
            _ => plan_err!(
                "interval_ratio takes two intervals: (closed_at - opened_at) / INTERVAL '1 hour'"
            ),
        },
        returns: |_| Ok(DataType::Float64),
        kernel: ratio,
    }
}

fn negative() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "negative",
        aliases: &[],
        syntax: "negative(value)\n-value",
        meaning: "Minus the value: of the difference of two times, an INTERVAL or a number. NULL of NULL; a result that cannot be held is an error.",
        arguments: &[("value", "A length of time or a number with a sign.")],
        example: "SELECT negative(TIMESTAMP '2026-01-03 02:30:00' - TIMESTAMP '2026-01-01 00:00:00')",
        coerce: |types| match types {
            [DataType::Interval(_)] => Ok(vec![INTERVAL]),
            [of] if is_length(of)
                || of.is_signed_integer()
                || of.is_floating()
                || of.is_decimal() =>
            {
                Ok(types.to_vec())
            }
            // Ranks and counts of rows have unsigned types.
            [of] if of.is_null() || of.is_unsigned_integer() => Ok(vec![DataType::Int64]),
            _ => plan_err!("minus takes a number or a length of time"),
        },
        returns: |types| Ok(types[0].clone()),
        kernel: |columns| Ok(neg(&columns[0])?),
    }
}

/// Intervals keep their type; durations become microseconds or nanoseconds, which fractions of a second
/// need.
fn coerce(types: &[DataType]) -> Option<Vec<DataType>> {
    let [length, factor] = types else { return None };
    let length = fine(length)?;
    let factor = match factor {
        factor if factor.is_integer() && *factor != DataType::UInt64 => DataType::Int64,
        factor if factor.is_numeric() || factor.is_null() => DataType::Float64,
        _ => return None,
    };
    Some(vec![length, factor])
}

/// Type of a mean or quotient of lengths of `data_type`.
pub(super) fn fine(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Interval(_) => Some(INTERVAL),
        DataType::Duration(TimeUnit::Nanosecond) => Some(data_type.clone()),
        DataType::Duration(_) => Some(DataType::Duration(TimeUnit::Microsecond)),
        _ => None,
    }
}

type IntervalScaleFn = fn(IntervalMonthDayNano, IntervalFactor) -> Option<IntervalMonthDayNano>;

fn by_factor(columns: &[ArrayRef], operation: IntervalScaleFn) -> Result<ArrayRef> {
    let factors: Vec<Option<IntervalFactor>> = match columns[1].data_type() {
        DataType::Int64 => {
            let whole = columns[1].as_primitive::<Int64Type>().iter();
            whole
                .map(|factor| factor.map(IntervalFactor::Integer))
                .collect()
        }
        _ => {
            let real = columns[1].as_primitive::<Float64Type>().iter();
            real.map(|factor| factor.map(IntervalFactor::Float))
                .collect()
        }
    };
    match columns[0].data_type() {
        DataType::Duration(_) => {
            let counts = cast(&columns[0], &DataType::Int64)?;
            let counts = counts.as_primitive::<Int64Type>().iter();
            // Nanoseconds are retained if the input has some, as in intervals.
            let is_fine = *columns[0].data_type() == DataType::Duration(TimeUnit::Nanosecond);
            let counts: arrow::array::Int64Array = counts
                .zip(factors)
                .map(|(count, factor)| {
                    // A count becomes an interval of that many nanoseconds, which stay whole.
                    let length = count.map(|count| IntervalMonthDayNano::new(0, 0, count));
                    let is_coarse = is_fine && count.is_some_and(|count| count % 1_000 == 0);
                    let found = applied(length, factor, operation)?;
                    let found = found.map(|found| {
                        if is_coarse {
                            to_microseconds(found)
                        } else {
                            found
                        }
                    });
                    Ok(found.map(|found| found.nanoseconds))
                })
                .collect::<Result<_>>()?;
            Ok(cast(&counts, columns[0].data_type())?)
        }
        _ => {
            let intervals = columns[0].as_primitive::<IntervalMonthDayNanoType>().iter();
            let found: IntervalMonthDayNanoArray = intervals
                .zip(factors)
                .map(|(length, factor)| {
                    let is_coarse = length.is_some_and(|length| length.nanoseconds % 1_000 == 0);
                    let found = applied(length, factor, operation)?;
                    Ok(found.map(|found| {
                        if is_coarse {
                            to_microseconds(found)
                        } else {
                            found
                        }
                    }))
                })
                .collect::<Result<_>>()?;
            Ok(Arc::new(found))
        }
    }
}

fn to_microseconds(interval: IntervalMonthDayNano) -> IntervalMonthDayNano {
    let micros =
        crate::functions::kernels::lengths::rounded(i128::from(interval.nanoseconds), 1_000);
    let nanoseconds = i64::try_from(micros * 1_000).unwrap_or(interval.nanoseconds);
    IntervalMonthDayNano::new(interval.months, interval.days, nanoseconds)
}

fn applied(
    length: Option<IntervalMonthDayNano>,
    factor: Option<IntervalFactor>,
    operation: IntervalScaleFn,
) -> Result<Option<IntervalMonthDayNano>> {
    let (Some(length), Some(factor)) = (length, factor) else {
        return Ok(None);
    };
    let unfit = || match factor {
        IntervalFactor::Integer(0) => exec_datafusion_err!("division of an interval by 0"),
        factor => exec_datafusion_err!("an interval {factor} times over is too long to hold"),
    };
    operation(length, factor).map(Some).ok_or_else(unfit)
}

fn ratio(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (lengths, units) = (totals(&columns[0])?, totals(&columns[1])?);
    let ratios: Float64Array = lengths
        .into_iter()
        .zip(units)
        .map(|(length, unit)| match (length, unit) {
            (Some(_), Some(0)) => Err(exec_datafusion_err!(
                "division by an interval of length 0; write / NULLIF(.., INTERVAL '0 seconds') for NULL"
            )),
            #[expect(clippy::cast_precision_loss, reason = "a ratio is a float in any case")]
            (Some(length), Some(unit)) => Ok(Some(length as f64 / unit as f64)),
            _ => Ok(None),
        })
        .collect::<Result<_>>()?;
    Ok(Arc::new(ratios))
}

/// Rounds totals of lengths to the type of `like`.
pub(super) fn as_durations(
    totals: impl Iterator<Item = Option<i128>>,
    like: &DataType,
) -> Result<ArrayRef> {
    match like {
        DataType::Duration(unit) => durations(totals, *unit),
        _ => plan_err!("expected a duration"),
    }
}
