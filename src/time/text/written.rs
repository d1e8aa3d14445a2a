//! Result of parsing a time.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// Date, time of day or both, and the written offset from UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ParsedTime {
    pub(crate) date: Option<NaiveDate>,
    pub(crate) time: Option<NaiveTime>,
    /// Seconds east of UTC.
    pub(crate) offset: Option<i64>,
}

impl ParsedTime {
    /// Local time, at midnight if no time of day is written; `None` without a date.
    pub(crate) fn wall(&self) -> Option<NaiveDateTime> {
        Some(self.date?.and_time(self.time.unwrap_or(NaiveTime::MIN)))
    }

    /// Time in UTC; a time without an offset is returned as written.
    pub(crate) fn in_utc(&self) -> Option<NaiveDateTime> {
        let offset = TimeDelta::try_seconds(self.offset.unwrap_or(0))?;
        self.wall()?.checked_sub_signed(offset)
    }
}

/// Reason for which a text is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeParseError {
    /// Not a known form.
    Form,
    /// Known form, but the date or time does not exist: 2026-02-30, 25:00.
    Calendar,
    /// The order of day and month, or of day and year of two digits, is ambiguous: 02/03/2026.
    Order,
}
