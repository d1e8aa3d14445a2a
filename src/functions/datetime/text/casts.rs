//! Casts of text to dates, times of day and timestamps.

use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int32Array, Int64Array};
use arrow::compute::cast;
use arrow::compute::kernels::cast_utils::{Parser, string_to_datetime};
use arrow::datatypes::{DataType, Date32Type, TimeUnit};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};

use crate::time::text::{ParsedTime, TimeParseError, TimePatternDialect, advice, read, read_clock};
use crate::time::zone;
use crate::time::zone::LocalTimeConverter;

/// Casts `texts` to `wanted`; an invalid text is an error, or NULL if `is_lenient`.
///
/// # Errors
/// At the first invalid text.
pub(crate) fn times_of_texts(
    texts: &ArrayRef,
    wanted: &DataType,
    is_lenient: bool,
) -> Result<ArrayRef> {
    let column = TimeTextColumn {
        texts,
        is_lenient,
        wanted,
    };
    let times: ArrayRef = match wanted {
        DataType::Date32 => Arc::new(column.read_as::<Int32Array, _>(day)?),
        DataType::Date64 => {
            let millis = |text: &str| day(text).map(|day| i64::from(day) * 86_400_000);
            Arc::new(column.read_as::<Int64Array, _>(millis)?)
        }
        DataType::Time32(unit) => {
            let ticks = |text: &str| {
                let ticks = of_clock(read_clock(text)?, *unit);
                i32::try_from(ticks).ok().ok_or(TimeCastError::Range)
            };
            Arc::new(column.read_as::<Int32Array, _>(ticks)?)
        }
        DataType::Time64(unit) => {
            let ticks = |text: &str| Ok(of_clock(read_clock(text)?, *unit));
            Arc::new(column.read_as::<Int64Array, _>(ticks)?)
        }
        DataType::Timestamp(unit, _) => {
            let mut clock = clock_of(wanted)?;
            let ticks = |text: &str| match &mut clock {
                None => instant(text, *unit),
                clock => ticks(utc_of(&read(text)?, clock)?, *unit),
            };
            Arc::new(column.read_as::<Int64Array, _>(ticks)?)
        }
        other => return Err(exec_datafusion_err!("{other} is not a type of a time")),
    };
    Ok(cast(&times, wanted)?)
}

/// True if local time of a zone is always UTC.
fn is_utc(zone: &str) -> bool {
    ["UTC", "Etc/UTC", "Z", "+00:00", "+0000", "+00"].contains(&zone)
}

/// Reason for the failed cast of a text.
enum TimeCastError {
    Text(TimeParseError),
    /// A time out of the range of the type.
    Range,
}

impl From<TimeParseError> for TimeCastError {
    fn from(misfit: TimeParseError) -> Self {
        Self::Text(misfit)
    }
}

struct TimeTextColumn<'a> {
    texts: &'a ArrayRef,
    is_lenient: bool,
    wanted: &'a DataType,
}

impl TimeTextColumn<'_> {
    fn read_as<A, N>(&self, mut read: impl FnMut(&str) -> Result<N, TimeCastError>) -> Result<A>
    where
        A: FromIterator<Option<N>>,
    {
        let views = cast(self.texts, &DataType::Utf8View)?;
        let mut value = |text: Option<&str>| {
            let Some(text) = text else {
                return Ok(None);
            };
            match read(text) {
                Ok(value) => Ok(Some(value)),
                // A time out of the range of the type is an error in either case.
                Err(TimeCastError::Text(_)) if self.is_lenient => Ok(None),
                Err(problem) => Err(self.error(text, &problem)),
            }
        };
        views.as_string_view().iter().map(&mut value).collect()
    }

    fn error(&self, text: &str, problem: &TimeCastError) -> DataFusionError {
        let (name, example, function) = match self.wanted {
            DataType::Date32 | DataType::Date64 => ("DATE", "2026-01-31", "to_date"),
            DataType::Time32(_) | DataType::Time64(_) => ("TIME", "10:00:00", "to_time"),
            _ => ("TIMESTAMP", "2026-01-31 10:00:00", "to_timestamp"),
        };
        match problem {
            TimeCastError::Range => exec_datafusion_err!(
                "'{text}' is out of reach of a timestamp of nanoseconds, 1677-09-21 to 2262-04-11: \
                 write TIMESTAMP(6) for the type"
            ),
            TimeCastError::Text(TimeParseError::Form)
                if crate::time::text::fitting(text, TimePatternDialect::Postgres).is_empty() =>
            {
                exec_datafusion_err!("'{text}' is not a {name} (as in {example})")
            }
            TimeCastError::Text(misfit) => {
                let advice = advice(text, *misfit, TimePatternDialect::Postgres);
                let function = match misfit {
                    TimeParseError::Calendar => String::new(),
                    _ => format!(" in {function}(text, pattern)"),
                };
                exec_datafusion_err!(
                    "'{text}' is not a {name} (as in {example}): {advice}{function}"
                )
            }
        }
    }
}

/// Days since 1970 of the date in a text; a time of day behind it is ignored.
fn day(text: &str) -> Result<i32, TimeCastError> {
    let bytes = text.as_bytes();
    let is_plain = matches!(bytes.len(), 8..=10) && bytes.get(4) == Some(&b'-');
    let is_long = bytes
        .first()
        .is_some_and(|first| matches!(first, b'+' | b'-'));
    if (is_plain || is_long)
        && let Some(day) = Date32Type::parse(text)
    {
        return Ok(day);
    }
    let date = read(text)?.date.ok_or(TimeParseError::Form)?;
    Ok(days_since_1970(date))
}

fn days_since_1970(date: NaiveDate) -> i32 {
    const DAYS_TO_1970: i32 = 719_163;
    date.num_days_from_ce() - DAYS_TO_1970
}

fn of_clock(time: NaiveTime, unit: TimeUnit) -> i64 {
    let seconds = i64::from(time.num_seconds_from_midnight());
    let nanos = i64::from(time.nanosecond());
    match unit {
        TimeUnit::Second => seconds,
        TimeUnit::Millisecond => seconds * 1_000 + nanos / 1_000_000,
        TimeUnit::Microsecond => seconds * 1_000_000 + nanos / 1_000,
        TimeUnit::Nanosecond => seconds * 1_000_000_000 + nanos,
    }
}

/// Instant of a text, which is in UTC unless it has an offset.
fn instant(text: &str, unit: TimeUnit) -> Result<i64, TimeCastError> {
    let bytes = text.as_bytes();
    // Arrow's parser is fast, but slow to create its errors.
    let is_iso = bytes.get(4) == Some(&b'-')
        && (bytes.len() == 10 || bytes.get(16) == Some(&b':') && bytes.len() <= 29);
    if is_iso && let Ok(time) = string_to_datetime(&Utc, text) {
        return ticks(time.naive_utc(), unit);
    }
    ticks(utc_of(&read(text)?, &mut None)?, unit)
}

/// Instant of a parsed time, which is in local time of a zone unless it has an offset.
fn utc_of(
    written: &ParsedTime,
    clock: &mut Option<LocalTimeConverter>,
) -> Result<NaiveDateTime, TimeCastError> {
    let wall = written.wall().ok_or(TimeParseError::Form)?.and_utc();
    match (written.offset, clock) {
        (None, Some(clock)) => {
            let seconds = clock
                .instant(wall.timestamp())
                .ok_or(TimeCastError::Range)?;
            let instant = DateTime::from_timestamp(seconds, wall.nanosecond());
            Ok(instant.ok_or(TimeCastError::Range)?.naive_utc())
        }
        _ => written.in_utc().ok_or(TimeCastError::Range),
    }
}

/// Local time converter of a type's zone, in seconds; `None` for UTC and for times without a zone.
///
/// # Errors
/// When the zone is unknown.
pub(crate) fn clock_of(data_type: &DataType) -> Result<Option<LocalTimeConverter>> {
    match data_type {
        DataType::Timestamp(_, Some(zone)) if !is_utc(zone) => {
            let named = zone::named(zone).map_err(|problem| exec_datafusion_err!("{problem}"))?;
            Ok(Some(LocalTimeConverter::new(named, 1)))
        }
        _ => Ok(None),
    }
}

/// Days or ticks of the type `wanted`, in local time of its zone; `None` if out of range, or if the text
/// lacks this part.
pub(crate) fn value_of(
    written: &ParsedTime,
    wanted: &DataType,
    clock: &mut Option<LocalTimeConverter>,
) -> Option<i64> {
    match wanted {
        DataType::Timestamp(unit, _) => {
            let utc = utc_of(written, clock).ok()?;
            ticks(utc, *unit).ok()
        }
        DataType::Date32 => written.date.map(|date| days_since_1970(date).into()),
        _ => None,
    }
}

fn ticks(utc: NaiveDateTime, unit: TimeUnit) -> Result<i64, TimeCastError> {
    let utc = utc.and_utc();
    Ok(match unit {
        TimeUnit::Second => utc.timestamp(),
        TimeUnit::Millisecond => utc.timestamp_millis(),
        TimeUnit::Microsecond => utc.timestamp_micros(),
        TimeUnit::Nanosecond => utc.timestamp_nanos_opt().ok_or(TimeCastError::Range)?,
    })
}

/// The type of a cast, which a plan carries as text.
pub(crate) fn type_named(name: &str) -> Result<DataType> {
    DataType::from_str(name).map_err(|error| exec_datafusion_err!("{error}"))
}
