//! Lengths of time from text and to text, and from the difference of two times.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, IntervalMonthDayNanoArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, IntervalMonthDayNano};
use datafusion::common::{Result, exec_err, plan_err};

use super::shown::push_duration;
use super::text::read;
use super::units::LengthUnit;
use crate::functions::declaration::scalar::ScalarFunctionSpec;
use crate::functions::kernels::lengths::{INTERVAL, intervals, is_length};

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        ScalarFunctionSpec {
            name: "to_interval",
            aliases: &[],
            syntax: "to_interval(text)\ntext::INTERVAL",
            meaning: "The length of time that a text says: '90 minutes', '2 days 02:30:00', '00:05:30' (hours, minutes, seconds), '1h30m', '3 days ago', 'PT1H30M'; a number alone is in seconds. The difference of two times becomes days of 24 hours and the rest. NULL of NULL; any other text is an error.",
            arguments: &[("text", "The text, or the difference of two times.")],
            example: "SELECT to_interval('2 days 02:30:00')",
            coerce,
            returns: |_| Ok(INTERVAL),
            kernel: |columns| to_interval(&columns[0], false),
        },
        ScalarFunctionSpec {
            name: "try_to_interval",
            aliases: &[],
            syntax: "try_to_interval(text)\nTRY_CAST(text AS INTERVAL)",
            meaning: "As to_interval, except that a text that says no length of time is NULL.",
            arguments: &[("text", "The text, or the difference of two times.")],
            example: "SELECT try_to_interval('soon')",
            coerce,
            returns: |_| Ok(INTERVAL),
            kernel: |columns| to_interval(&columns[0], true),
        },
        ScalarFunctionSpec {
            name: "duration_text",
            aliases: &[],
            syntax: "duration_text(duration)\nduration::VARCHAR",
            meaning: "The difference of two times as text: 2 days 02:30:00.",
            arguments: &[("duration", "The difference of two times.")],
            example: "SELECT duration_text(TIMESTAMP '2026-01-03 02:30:00' - TIMESTAMP '2026-01-01 00:00:00')",
            coerce: |types| match types {
                [DataType::Duration(_)] => Ok(types.to_vec()),
                _ => plan_err!(
                    "duration_text takes the difference of two times: duration_text(closed_at - opened_at)"
                ),
            },
            returns: |_| Ok(DataType::Utf8),
            kernel: duration_text,
        },
    ]
}

fn coerce(types: &[DataType]) -> Result<Vec<DataType>> {
    match types {
        [DataType::Interval(_)] => Ok(vec![INTERVAL]),
        [length] if is_length(length) => Ok(types.to_vec()),
        [DataType::Dictionary(_, value)] => coerce(&[value.as_ref().clone()]),
        [text] if text.is_string() || text.is_null() => Ok(vec![DataType::Utf8]),
        _ => plan_err!("to_interval takes a text: to_interval('2 days 02:30:00')"),
    }
}

/// Casts a column of texts or lengths to intervals.
fn to_interval(values: &ArrayRef, is_lenient: bool) -> Result<ArrayRef> {
    if is_length(values.data_type()) {
        return Ok(Arc::new(intervals(values)?));
    }
    let values = cast(values, &DataType::Utf8)?;
    let found: IntervalMonthDayNanoArray = values
        .as_string::<i32>()
        .iter()
        .map(|text| match text {
            None => Ok(None),
            Some(text) if is_lenient => Ok(read(text, LengthUnit::SECOND)),
            Some(text) => interval_from_text(text).map(Some),
        })
        .collect::<Result<_>>()?;
    Ok(Arc::new(found))
}

/// Parses a length of time.
///
/// # Errors
/// When `text` is not a length of time.
pub(crate) fn interval_from_text(text: &str) -> Result<IntervalMonthDayNano> {
    match read(text, LengthUnit::SECOND) {
        Some(interval) => Ok(interval),
        None => exec_err!(
            "'{text}' is not a length of time: write it as in '90 minutes', '2 days 02:30:00' or 'PT1H30M'"
        ),
    }
}

fn duration_text(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let DataType::Duration(unit) = *columns[0].data_type() else {
        return plan_err!("duration_text takes the difference of two times");
    };
    let counts = cast(&columns[0], &DataType::Int64)?;
    let mut texts = StringBuilder::with_capacity(counts.len(), counts.len() * 16);
    let mut text = String::new();
    for count in counts.as_primitive::<Int64Type>() {
        text.clear();
        if let Some(count) = count {
            push_duration(count, unit, &mut text);
        }
        texts.append_option(count.map(|_| text.as_str()));
    }
    Ok(Arc::new(texts.finish()))
}
