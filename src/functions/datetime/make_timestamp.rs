//! `make_timestamp`: a timestamp from its parts.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};
use chrono::NaiveDate;
use datafusion::common::{Result, exec_datafusion_err, plan_err};

use crate::functions::declaration::scalar::ScalarFunctionSpec;

const MICROS: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

pub(crate) fn all() -> Vec<ScalarFunctionSpec> {
    vec![ScalarFunctionSpec {
        name: "make_timestamp",
        aliases: &[],
        syntax: "make_timestamp(year, month, day, hour, minute, seconds)",
        meaning: "The timestamp of these parts, of which the seconds may have a fraction; of one whole number, so many microseconds after 1970-01-01. NULL if a part is; an error for a day or time that does not exist.",
        arguments: &[
            ("year, month, day, hour, minute", "Whole numbers."),
            ("seconds", "0 to below 60, with a fraction if there is one."),
        ],
        example: "SELECT make_timestamp(2026, 5, 4, 10, 30, 1.5)",
        coerce: |types| match types {
            [micros] if micros.is_integer() => Ok(vec![DataType::Int64]),
            [_, _, _, _, _, seconds]
                if types[..5].iter().all(|of| of.is_integer() || of.is_null())
                    && (seconds.is_numeric() || seconds.is_null()) =>
            {
                let mut wanted = vec![DataType::Int64; 5];
                wanted.push(DataType::Float64);
                Ok(wanted)
            }
            _ => plan_err!(
                "make_timestamp takes six numbers: make_timestamp(2026, 5, 4, 10, 30, 1.5)"
            ),
        },
        returns: |_| Ok(MICROS),
        kernel,
    }]
}

fn kernel(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let rows = 0..columns[0].len();
    let made = rows.map(|row| {
        if columns.iter().any(|column| column.is_null(row)) {
            return Ok(None);
        }
        let part = |place: usize| columns[place].as_primitive::<Int64Type>().value(row);
        if columns.len() == 1 {
            return Ok(Some(part(0)));
        }
        let seconds = columns[5].as_primitive::<Float64Type>().value(row);
        micros([part(0), part(1), part(2), part(3), part(4)], seconds).map(Some)
    });
    let made = made.collect::<Result<TimestampMicrosecondArray>>()?;
    Ok(Arc::new(made))
}

#[expect(clippy::cast_possible_truncation, reason = "below 60 million")]
fn micros(parts: [i64; 5], seconds: f64) -> Result<i64> {
    let [year, month, day, hour, minute] = parts;
    let small = |value: i64| u32::try_from(value).ok();
    let date = i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, small(month)?, small(day)?));
    let start = date.and_then(|date| date.and_hms_opt(small(hour)?, small(minute)?, 0));
    match start.filter(|_| (0.0..60.0).contains(&seconds)) {
        Some(start) => Ok(start.and_utc().timestamp_micros() + (seconds * 1e6).round() as i64),
        None => Err(exec_datafusion_err!(
            "make_timestamp: there is no {year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{seconds}"
        )),
    }
}
