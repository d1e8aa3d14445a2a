//! What a text says of a time.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// A date, a time of day or both, and the offset from UTC that stands beside them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ParsedTime {
    pub(crate) date: Option<NaiveDate>,
    pub(crate) time: Option<NaiveTime>,
    /// Seconds east of UTC.
    pub(crate) offset: Option<i64>,
}

impl ParsedTime {
    /// What a clock shows, at midnight where no time of day is written; `None` without a date.
    pub(crate) fn wall(&self) -> Option<NaiveDateTime> {
        Some(self.date?.and_time(self.time.unwrap_or(NaiveTime::MIN)))
    }

    /// The same in UTC: as written where there is no offset.
    pub(crate) fn in_utc(&self) -> Option<NaiveDateTime> {
        let offset = TimeDelta::try_seconds(self.offset.unwrap_or(0))?;
        self.wall()?.checked_sub_signed(offset)
    }
}

/// Why a text is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeParseError {
    /// Of no form that is known.
    Form,
    /// Of a known form, but no calendar or clock has it: 2026-02-30, 25:00.
    Calendar,
    /// Day and month, or the year of two digits, may be either way round: 02/03/2026.
    Order,
}
