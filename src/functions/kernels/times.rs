//! Instants of any timestamp unit, and the units of reported durations.

use arrow::array::{ArrayRef, AsArray};
use arrow::buffer::ScalarBuffer;
use arrow::datatypes::{
    DataType, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use datafusion::common::{Result, internal_err, plan_err};

/// Ticks of a timestamp column since 1970, in the column's own unit.
///
/// # Errors
/// When the column is no timestamp, which coercion rules out.
pub(crate) fn ticks(column: &ArrayRef) -> Result<&ScalarBuffer<i64>> {
    Ok(match column.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => {
            column.as_primitive::<TimestampSecondType>().values()
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            column.as_primitive::<TimestampMillisecondType>().values()
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            column.as_primitive::<TimestampMicrosecondType>().values()
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            column.as_primitive::<TimestampNanosecondType>().values()
        }
        other => return internal_err!("expected timestamps, got {other}"),
    })
}

/// Ticks of one second in a timestamp column of `data_type`.
pub(crate) fn ticks_per_second(data_type: &DataType) -> i64 {
    match data_type {
        DataType::Timestamp(TimeUnit::Second, _) => 1,
        DataType::Timestamp(TimeUnit::Millisecond, _) => 1_000,
        DataType::Timestamp(TimeUnit::Microsecond, _) => 1_000_000,
        _ => 1_000_000_000,
    }
}

/// Unit of a reported duration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum DurationUnit {
    /// `'second'`
    Second,
    /// `'minute'`
    #[default]
    Minute,
    /// `'hour'`
    Hour,
    /// `'day'` of 24 hours
    Day,
}

impl DurationUnit {
    /// The unit called `name`; accepts plurals and any case.
    ///
    /// # Errors
    /// When there is no such unit.
    pub(crate) fn parse(function: &str, name: &str) -> Result<Self> {
        let lower = name.to_ascii_lowercase();
        match lower.strip_suffix('s').unwrap_or(&lower) {
            "second" => Ok(Self::Second),
            "minute" => Ok(Self::Minute),
            "hour" => Ok(Self::Hour),
            "day" => Ok(Self::Day),
            _ => plan_err!(
                "{function}: unknown unit '{name}'; use 'second', 'minute', 'hour' or 'day'"
            ),
        }
    }

    /// Seconds in one unit.
    pub(crate) fn seconds(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }
}

/// An instant of a timestamp column as text, for messages.
pub(crate) fn instant_text(column: &ArrayRef, row: usize) -> String {
    arrow::util::display::array_value_to_string(column, row).unwrap_or_else(|_| "?".to_owned())
}
