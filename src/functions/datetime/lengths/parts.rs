//! Parts of a length of time: the hour is the rest below a day, the day the rest below a month.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array};
use arrow::datatypes::{DataType, IntervalMonthDayNano};
use datafusion::common::{Result, plan_datafusion_err, plan_err};

use crate::functions::declaration::scalar::ScalarFunctionSpec;
use crate::functions::kernels::lengths::{INTERVAL, intervals, is_length, totals};

const LENGTH: (&str, &str) = ("interval", "An INTERVAL, or the difference of two times.");

/// Nanoseconds of 38 digits, a type that holds every interval.
pub(crate) const TOTAL: DataType = DataType::Decimal128(38, 0);

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        ScalarFunctionSpec {
            name: "interval_part",
            aliases: &[],
            syntax: "interval_part(part, interval)\nextract(part FROM interval)",
            meaning: "One part of a length of time: 'year', 'month' (what is left below a year), 'day' (below a month), 'hour', 'minute' and 'second' (below a minute), 'quarter', 'week', and 'millisecond', 'microsecond' and 'nanosecond' within the minute. The difference of two times has days of 24 hours; an INTERVAL keeps the hours it was given. For a total take extract(epoch FROM ..).",
            arguments: &[
                (
                    "part",
                    "'year', 'month', 'day', 'hour', 'minute', 'second', ..",
                ),
                LENGTH,
            ],
            example: "SELECT interval_part('hour', TIMESTAMP '2026-01-03 01:30:00' - TIMESTAMP '2026-01-01 00:00:00')",
            coerce: |types| match types {
                [part, length] if part.is_string() && is_length(length) => {
                    Ok(vec![DataType::Utf8, fine(length)])
                }
                _ => plan_err!(
                    "interval_part takes a part and an interval: interval_part('hour', closed_at - opened_at)"
                ),
            },
            returns: |_| Ok(DataType::Int64),
            kernel: |columns| {
                let names = columns[0].as_string::<i32>();
                let name = names.iter().flatten().next().unwrap_or_default();
                part(name, &columns[1])
            },
        },
        ScalarFunctionSpec {
            name: "interval_seconds",
            aliases: &[],
            syntax: "interval_seconds(interval)\nextract(epoch FROM interval)",
            meaning: "All of a length of time in seconds, with the fraction. A day has 24 hours and a month 30 days, a year 365.25 days.",
            arguments: &[LENGTH],
            example: "SELECT interval_seconds(INTERVAL '1 day 0.5 seconds')",
            coerce: |types| one("interval_seconds", types),
            returns: |_| Ok(DataType::Float64),
            kernel: |columns| seconds(&columns[0]),
        },
        ScalarFunctionSpec {
            name: "interval_nanoseconds",
            aliases: &[],
            syntax: "interval_nanoseconds(interval)",
            meaning: "All of a length of time in nanoseconds, with months of 30 days and days of 24 hours: the number by which lengths are compared and ordered.",
            arguments: &[LENGTH],
            example: "SELECT interval_nanoseconds(INTERVAL '36 hours') > interval_nanoseconds(INTERVAL '1 day')",
            coerce: |types| one("interval_nanoseconds", types),
            returns: |_| Ok(TOTAL),
            kernel: |columns| {
                let totals: Decimal128Array = totals(&columns[0])?.into_iter().collect();
                Ok(Arc::new(totals.with_precision_and_scale(38, 0)?))
            },
        },
    ]
}

fn one(function: &str, types: &[DataType]) -> Result<Vec<DataType>> {
    match types {
        [length] if is_length(length) => Ok(vec![fine(length)]),
        _ => plan_err!("{function} takes an interval: {function}(closed_at - opened_at)"),
    }
}

fn fine(length: &DataType) -> DataType {
    match length {
        DataType::Interval(_) => INTERVAL,
        other => other.clone(),
    }
}

/// Seconds of a column of lengths. A year has 365.25 days here, as in the other engines.
pub(crate) fn seconds(lengths: &ArrayRef) -> Result<ArrayRef> {
    let total = |interval: IntervalMonthDayNano| {
        const SECOND: f64 = 1e9;
        let (years, months) = (interval.months / 12, interval.months % 12);
        let days = f64::from(years) * 365.25 + f64::from(months) * 30.0 + f64::from(interval.days);
        let whole = interval.nanoseconds / 1_000_000_000;
        #[expect(clippy::cast_precision_loss, reason = "seconds are a float")]
        let below = (interval.nanoseconds % 1_000_000_000) as f64 / SECOND;
        #[expect(clippy::cast_precision_loss, reason = "seconds are a float")]
        let whole = days * 86_400.0 + whole as f64;
        whole + below
    };
    let found: Float64Array = intervals(lengths)?
        .iter()
        .map(|interval| interval.map(total))
        .collect();
    Ok(Arc::new(found))
}

/// One part of each length of a column, as whole numbers.
///
/// # Errors
/// When a length of time has no such part.
pub(crate) fn part(name: &str, lengths: &ArrayRef) -> Result<ArrayRef> {
    let part = interval_part_fn(name).ok_or_else(|| {
        plan_datafusion_err!(
            "a length of time has no '{name}'; it has 'year', 'month', 'day', 'hour', 'minute', 'second' and 'epoch'"
        )
    })?;
    let parts: Int64Array = intervals(lengths)?
        .iter()
        .map(|interval| interval.map(part))
        .collect();
    Ok(Arc::new(parts))
}

type IntervalPartFn = fn(IntervalMonthDayNano) -> i64;

const MINUTE: i64 = 60_000_000_000;

fn interval_part_fn(name: &str) -> Option<IntervalPartFn> {
    let name = name.trim().to_lowercase();
    let name = match name.as_str() {
        "ms" => "millisecond",
        "us" => "microsecond",
        "ns" => "nanosecond",
        "s" => "second",
        word => word.strip_suffix('s').unwrap_or(word),
    };
    Some(match name {
        "millennium" | "millennia" => |i| i64::from(i.months / 12_000),
        "century" | "centurie" => |i| i64::from(i.months / 1_200),
        "decade" => |i| i64::from(i.months / 120),
        "year" | "yr" | "y" => |i| i64::from(i.months / 12),
        "quarter" => |i| i64::from(i.months % 12 / 3 + 1),
        "month" | "mon" => |i| i64::from(i.months % 12),
        "week" | "w" => |i| i64::from(i.days / 7),
        "day" | "d" => |i| i64::from(i.days),
        "hour" | "h" | "hr" => |i| i.nanoseconds / (60 * MINUTE),
        "minute" | "min" | "m" => |i| i.nanoseconds / MINUTE % 60,
        "second" | "sec" => |i| i.nanoseconds % MINUTE / 1_000_000_000,
        "millisecond" | "msec" => |i| i.nanoseconds % MINUTE / 1_000_000,
        "microsecond" | "usec" => |i| i.nanoseconds % MINUTE / 1_000,
        "nanosecond" | "nsec" => |i| i.nanoseconds % MINUTE,
        "epoch_m" => |i| {
            let total = crate::functions::kernels::lengths::nanoseconds(i) / 1_000_000;
            i64::try_from(total).unwrap_or(i64::MAX)
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_below_a_day_and_signs_go_along() {
        let interval = IntervalMonthDayNano::new(-14, -3, -5_430_000_000_000);
        let found = |name: &str| interval_part_fn(name).map(|part| part(interval));
        assert_eq!(found("year"), Some(-1));
        assert_eq!(found("months"), Some(-2));
        assert_eq!(found("DAY"), Some(-3));
        assert_eq!(found("hour"), Some(-1));
        assert_eq!(found("minute"), Some(-30));
        assert_eq!(found("seconds"), Some(-30));
        assert_eq!(found("dow"), None);
    }
}
