//! Parts of a date: the units of a difference.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

/// A part of a date, coarsest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateDiffPart {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
}

impl DateDiffPart {
    /// The part named by `text`, in any case and with the usual abbreviations.
    pub(crate) fn named(function: &str, text: &str) -> Result<Self> {
        Ok(match text.trim().to_lowercase().as_str() {
            "microsecond" | "microseconds" | "us" => Self::Microsecond,
            "millisecond" | "milliseconds" | "ms" => Self::Millisecond,
            "second" | "seconds" | "sec" | "secs" | "s" => Self::Second,
            "minute" | "minutes" | "min" | "mins" | "m" => Self::Minute,
            "hour" | "hours" | "hr" | "hrs" | "h" => Self::Hour,
            "day" | "days" | "d" | "dayofmonth" => Self::Day,
            "week" | "weeks" | "w" => Self::Week,
            "month" | "months" | "mon" | "mons" => Self::Month,
            "quarter" | "quarters" => Self::Quarter,
            "year" | "years" | "yr" | "yrs" | "y" => Self::Year,
            "decade" | "decades" => Self::Decade,
            "century" | "centuries" => Self::Century,
            "millennium" | "millennia" | "millenium" => Self::Millennium,
            other => {
                return exec_err!(
                    "{function}: no part of a date is called '{other}'; write 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter' or 'year'"
                );
            }
        })
    }

    /// Microseconds of a part of fixed length; `None` for months and longer parts.
    pub(crate) fn micros(self) -> Option<i64> {
        const SECOND: i64 = 1_000_000;
        Some(match self {
            Self::Microsecond => 1,
            Self::Millisecond => 1_000,
            Self::Second => SECOND,
            Self::Minute => 60 * SECOND,
            Self::Hour => 3_600 * SECOND,
            Self::Day => 86_400 * SECOND,
            Self::Week => 7 * 86_400 * SECOND,
            _ => return None,
        })
    }

    /// True if the part has the same length in every zone.
    pub(crate) fn is_below_a_day(self) -> bool {
        matches!(
            self,
            Self::Microsecond | Self::Millisecond | Self::Second | Self::Minute | Self::Hour
        )
    }

    /// Months of a part without fixed length.
    pub(crate) fn months(self) -> i64 {
        match self {
            Self::Quarter => 3,
            Self::Year => 12,
            Self::Decade => 120,
            Self::Century => 1_200,
            Self::Millennium => 12_000,
            _ => 1,
        }
    }
}

/// The part named in each row; a name that repeats is parsed once.
pub(crate) fn parts(function: &str, names: &ArrayRef) -> Result<Vec<Option<DateDiffPart>>> {
    let names = cast(names, &DataType::Utf8)?;
    let mut last: Option<(&str, DateDiffPart)> = None;
    let mut parts = Vec::with_capacity(names.len());
    for name in names.as_string::<i32>() {
        parts.push(match (name, last) {
            (None, _) => None,
            (Some(name), Some((known, part))) if name == known => Some(part),
            (Some(name), _) => {
                let part = DateDiffPart::named(function, name)?;
                last = Some((name, part));
                Some(part)
            }
        });
    }
    Ok(parts)
}
