//! `age`: the time between two instants as years, months, days and hours.

use std::sync::Arc;

use arrow::array::{ArrayRef, IntervalMonthDayNanoArray};
use arrow::datatypes::{DataType, IntervalMonthDayNano, IntervalUnit};
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use datafusion::common::{Result, plan_err};

use super::wall_clock::{as_time, walls};
use crate::functions::declaration::scalar::ScalarFunctionSpec;

pub(crate) fn all() -> Vec<ScalarFunctionSpec> {
    vec![ScalarFunctionSpec {
        name: "age",
        aliases: &[],
        syntax: "age(end, start)",
        meaning: "The time from start to end as months, days and a rest below a day, counted as on a calendar: whole months first, then days. NULL when an argument is. For a number of days or hours use date_diff, or end - start.",
        arguments: &[
            ("end", "A date or timestamp."),
            ("start", "A date or timestamp."),
        ],
        example: "SELECT age(TIMESTAMP '2026-03-01 00:00:00', TIMESTAMP '2026-01-31 00:00:00')",
        coerce: |types| match types {
            [end, start] => Ok(vec![as_time("age", end)?, as_time("age", start)?]),
            _ => plan_err!("age takes an end and a start: age(closed_at, opened_at)"),
        },
        returns: |_| Ok(DataType::Interval(IntervalUnit::MonthDayNano)),
        kernel,
    }]
}

fn kernel(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (ends, starts) = (walls(&columns[0])?, walls(&columns[1])?);
    let ages: IntervalMonthDayNanoArray = ends
        .into_iter()
        .zip(starts)
        .map(|(end, start)| {
            let (end, start) = (end?, start?);
            Some(if end < start {
                let (months, days, nanos) = age(start, end);
                IntervalMonthDayNano::new(-months, -days, -nanos)
            } else {
                let (months, days, nanos) = age(end, start);
                IntervalMonthDayNano::new(months, days, nanos)
            })
        })
        .collect();
    Ok(Arc::new(ages))
}

/// Months, days and nanoseconds from `start` to a later `end`: field by field from the year down. A field
/// that would be negative borrows from the next; a borrowed month has as many days as the month of `start`.
fn age(end: NaiveDateTime, start: NaiveDateTime) -> (i32, i32, i64) {
    const DAY: i64 = 86_400_000_000_000;
    let month = |at: NaiveDateTime| at.year() * 12 + i32::try_from(at.month0()).unwrap_or_default();
    let day = |at: NaiveDateTime| i32::try_from(at.day()).unwrap_or_default();
    let nanos = |at: NaiveDateTime| {
        let midnight = at.date().and_time(chrono::NaiveTime::MIN);
        (at - midnight).num_nanoseconds().unwrap_or_default()
    };
    let (mut months, mut days) = (month(end) - month(start), day(end) - day(start));
    let mut rest = nanos(end) - nanos(start);
    if rest < 0 {
        rest += DAY;
        days -= 1;
    }
    if days < 0 {
        days += days_of_month(start.year(), start.month());
        months -= 1;
    }
    (months, days, rest)
}

/// Number of days of a month.
pub(crate) fn days_of_month(year: i32, month: u32) -> i32 {
    let next = match month {
        12 => NaiveDate::from_ymd_opt(year + 1, 1, 1),
        _ => NaiveDate::from_ymd_opt(year, month + 1, 1),
    };
    let last = next.and_then(|next| next.pred_opt());
    last.map_or(31, |last| i32::try_from(last.day()).unwrap_or(31))
}
