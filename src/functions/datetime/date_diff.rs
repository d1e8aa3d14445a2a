//! `date_diff` and `date_sub`: the distance of two times in whole steps of a part of a date.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use chrono::{Datelike, Months, NaiveDateTime};
use datafusion::common::{Result, plan_err};

use super::part::{DateDiffPart, parts};
use super::wall_clock::{as_time, utc, walls};
use crate::functions::declaration::scalar::ScalarFunctionSpec;

const ARGUMENTS: &[(&str, &str)] = &[
    (
        "part",
        "'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', ..",
    ),
    ("start", "A date or timestamp."),
    ("end", "A date or timestamp."),
];

pub(crate) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        ScalarFunctionSpec {
            name: "date_diff",
            aliases: &["datediff"],
            syntax: "date_diff(part, start, end)",
            meaning: "How many boundaries of the part lie between start and end: midnights for 'day', firsts of the month for 'month'. Weeks are whole spans of seven days between the two dates, as in DuckDB. Negative when end comes first; NULL when an argument is. Days and longer parts of times with a time zone are counted on that zone's clock.",
            arguments: ARGUMENTS,
            example: "SELECT date_diff('month', DATE '2026-01-31', DATE '2026-02-01')",
            coerce: |types| coerce("date_diff", types),
            returns: |_| Ok(DataType::Int64),
            kernel: |columns| spans("date_diff", columns, boundaries),
        },
        ScalarFunctionSpec {
            name: "date_sub",
            aliases: &["datesub"],
            syntax: "date_sub(part, start, end)",
            meaning: "How many whole parts fit between start and end: 'month' from 31 January to 28 February is 1, 'day' from noon to the next morning is 0. Negative when end comes first; NULL when an argument is.",
            arguments: ARGUMENTS,
            example: "SELECT date_sub('day', TIMESTAMP '2026-01-01 12:00:00', TIMESTAMP '2026-01-02 11:59:00')",
            coerce: |types| coerce("date_sub", types),
            returns: |_| Ok(DataType::Int64),
            kernel: |columns| spans("date_sub", columns, whole),
        },
    ]
}

fn coerce(function: &str, types: &[DataType]) -> Result<Vec<DataType>> {
    match types {
        [part, start, end] if part.is_string() || part.is_null() => Ok(vec![
            DataType::Utf8,
            as_time(function, start)?,
            as_time(function, end)?,
        ]),
        _ => plan_err!("{function} takes a part, a start and an end: {function}('day', a, b)"),
    }
}

fn spans(
    function: &str,
    columns: &[ArrayRef],
    span: fn(DateDiffPart, NaiveDateTime, NaiveDateTime) -> i64,
) -> Result<ArrayRef> {
    let parts = parts(function, &columns[0])?;
    // Elapsed hours are the same in every zone, also in the night in which local time is set forward.
    let zoned = |column: &ArrayRef| matches!(column.data_type(), DataType::Timestamp(_, Some(_)));
    let is_below_a_day = parts.iter().flatten().all(|part| part.is_below_a_day());
    let clock = if is_below_a_day && zoned(&columns[1]) && zoned(&columns[2]) {
        utc
    } else {
        walls
    };
    let (starts, ends) = (clock(&columns[1])?, clock(&columns[2])?);
    let rows = parts.into_iter().zip(starts.into_iter().zip(ends));
    let found: Int64Array = rows
        .map(|(part, (start, end))| Some(span(part?, start?, end?)))
        .collect();
    Ok(Arc::new(found))
}

fn months(at: NaiveDateTime) -> i64 {
    i64::from(at.year()) * 12 + i64::from(at.month0())
}

fn boundaries(part: DateDiffPart, start: NaiveDateTime, end: NaiveDateTime) -> i64 {
    if part == DateDiffPart::Week {
        return boundaries(DateDiffPart::Day, start, end) / 7;
    }
    let index = |at: NaiveDateTime| match part.micros() {
        Some(micros) => at.and_utc().timestamp_micros().div_euclid(micros),
        None => months(at).div_euclid(part.months()),
    };
    index(end) - index(start)
}

fn whole(part: DateDiffPart, start: NaiveDateTime, end: NaiveDateTime) -> i64 {
    if let Some(micros) = part.micros() {
        let between = end.and_utc().timestamp_micros() - start.and_utc().timestamp_micros();
        return between / micros;
    }
    whole_months(start, end) / part.months()
}

/// Whole months from `start` to `end`; a day that a month lacks counts as its last day.
fn whole_months(start: NaiveDateTime, end: NaiveDateTime) -> i64 {
    if end < start {
        return -whole_months(end, start);
    }
    let apart = months(end) - months(start);
    let reached = u32::try_from(apart)
        .ok()
        .and_then(|apart| start.checked_add_months(Months::new(apart)));
    // From January 31 to February 28 is a whole month.
    match reached {
        Some(reached) if reached <= end => apart,
        _ => apart - 1,
    }
}
