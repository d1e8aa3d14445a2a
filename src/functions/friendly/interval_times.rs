//! `interval_times`: a length of time, so many times over; what `n * INTERVAL '1 hour'` becomes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, IntervalMonthDayNanoArray};
use arrow::datatypes::{
    DataType, Float64Type, Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit,
};
use datafusion::common::{Result, exec_datafusion_err, plan_err};

use super::scalar::Spec;

const INTERVAL: DataType = DataType::Interval(IntervalUnit::MonthDayNano);
const DAY: f64 = 86_400e9;
/// Days of a part of a month, as `PostgreSQL` and DuckDB count.
const MONTH: f64 = 30.0;

pub(super) fn all() -> Vec<Spec> {
    vec![Spec {
        name: "interval_times",
        aliases: &[],
        syntax: "interval_times(interval, factor)\ninterval * factor\nfactor * interval",
        meaning: "The interval, factor times over. Months, days and the rest are multiplied one by one; a part of a month counts as 30 days to the month, a part of a day as 24 hours to the day. NULL when an argument is; an interval too long to hold is an error.",
        arguments: &[("interval", "An INTERVAL."), ("factor", "Any number.")],
        example: "SELECT interval_times(INTERVAL '1 minute', 90) = 90 * INTERVAL '1 minute'",
        coerce: |types| match types {
            [DataType::Interval(_), factor] if factor.is_integer() => {
                Ok(vec![INTERVAL, DataType::Int64])
            }
            [DataType::Interval(_), factor] if factor.is_numeric() || factor.is_null() => {
                Ok(vec![INTERVAL, DataType::Float64])
            }
            _ => plan_err!("interval_times takes an interval and a number: 3 * INTERVAL '1 day'"),
        },
        returns: |_| Ok(INTERVAL),
        kernel,
    }]
}

fn kernel(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let intervals = columns[0].as_primitive::<IntervalMonthDayNanoType>().iter();
    let product: IntervalMonthDayNanoArray = match columns[1].data_type() {
        DataType::Int64 => {
            let factors = columns[1].as_primitive::<Int64Type>();
            let pairs = intervals.zip(factors);
            pairs
                .map(|(i, f)| times(i, f, whole))
                .collect::<Result<_>>()?
        }
        _ => {
            let factors = columns[1].as_primitive::<Float64Type>();
            let pairs = intervals.zip(factors);
            pairs
                .map(|(i, f)| times(i, f, parts))
                .collect::<Result<_>>()?
        }
    };
    Ok(Arc::new(product))
}

fn times<T: std::fmt::Display + Copy>(
    interval: Option<IntervalMonthDayNano>,
    factor: Option<T>,
    product: fn(IntervalMonthDayNano, T) -> Option<IntervalMonthDayNano>,
) -> Result<Option<IntervalMonthDayNano>> {
    let (Some(interval), Some(factor)) = (interval, factor) else {
        return Ok(None);
    };
    let product = product(interval, factor);
    let too_long = || exec_datafusion_err!("an interval {factor} times over is too long to hold");
    product.map(Some).ok_or_else(too_long)
}

fn whole(interval: IntervalMonthDayNano, factor: i64) -> Option<IntervalMonthDayNano> {
    let small = |part: i32| i32::try_from(i64::from(part).checked_mul(factor)?).ok();
    Some(IntervalMonthDayNano::new(
        small(interval.months)?,
        small(interval.days)?,
        interval.nanoseconds.checked_mul(factor)?,
    ))
}

fn parts(interval: IntervalMonthDayNano, factor: f64) -> Option<IntervalMonthDayNano> {
    let months = f64::from(interval.months) * factor;
    let days = f64::from(interval.days) * factor + months.fract() * MONTH;
    #[expect(
        clippy::cast_precision_loss,
        reason = "the product is a float in any case"
    )]
    let nanoseconds = interval.nanoseconds as f64 * factor + days.fract() * DAY;
    let small = |value: f64| i32::try_from(integer(value.trunc())?).ok();
    Some(IntervalMonthDayNano::new(
        small(months)?,
        small(days)?,
        integer(nanoseconds.round())?,
    ))
}

/// A float without a fraction as an integer, if one can hold it.
fn integer(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9.2e18;
    #[expect(clippy::cast_possible_truncation, reason = "held to the limit")]
    (value.abs() < LIMIT).then_some(value as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(months: i32, days: i32, nanoseconds: i64) -> IntervalMonthDayNano {
        IntervalMonthDayNano::new(months, days, nanoseconds)
    }

    #[test]
    fn fields_are_multiplied_and_parts_flow_down() {
        assert_eq!(whole(interval(1, 2, 3), -2), Some(interval(-2, -4, -6)));
        assert_eq!(parts(interval(1, 0, 0), 1.5), Some(interval(1, 15, 0)));
        let half_day = 43_200_000_000_000;
        assert_eq!(
            parts(interval(0, 1, 0), 2.5),
            Some(interval(0, 2, half_day))
        );
        assert_eq!(whole(interval(1, 0, 0), i64::MAX), None);
        assert_eq!(parts(interval(0, 0, 1), f64::NAN), None);
    }
}
