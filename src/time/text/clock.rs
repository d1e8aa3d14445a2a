//! Times of day as text.

use chrono::NaiveTime;

use super::cursor::TextCursor;
use super::written::TimeParseError;

const NANOS: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * NANOS;

/// Time of day; 24:00:00 and a leap second at the end of the day are the start of the next day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ParsedTimeOfDay {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) nanos: u32,
}

impl ParsedTimeOfDay {
    /// Time, and true if it is on the next day.
    pub(super) fn resolved(self) -> Result<(NaiveTime, bool), TimeParseError> {
        let is_clock = self.hour <= 24 && self.minute < 60 && self.second <= 60;
        let seconds = u64::from(self.hour * 3_600 + self.minute * 60 + self.second);
        let nanos = seconds * NANOS + u64::from(self.nanos);
        if !is_clock || nanos > DAY {
            return Err(TimeParseError::Calendar);
        }
        let within = nanos % DAY;
        let seconds = u32::try_from(within / NANOS)
            .ok()
            .ok_or(TimeParseError::Calendar)?;
        let fraction = u32::try_from(within % NANOS)
            .ok()
            .ok_or(TimeParseError::Calendar)?;
        let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, fraction);
        Ok((time.ok_or(TimeParseError::Calendar)?, nanos == DAY))
    }
}

/// Reads `9:05`, `09:05:30.25`, `9:05 PM`, `9 PM`; with `compact` also `0905` and `090530`.
pub(super) fn clock(
    cursor: &mut TextCursor<'_>,
    compact: bool,
) -> Result<ParsedTimeOfDay, TimeParseError> {
    let mut time = ParsedTimeOfDay::default();
    match cursor.digits_ahead() {
        count @ (4 | 6) if compact => {
            time.hour = cursor.number(2).ok_or(TimeParseError::Form)?;
            time.minute = cursor.number(2).ok_or(TimeParseError::Form)?;
            if count == 6 {
                time.second = cursor.number(2).ok_or(TimeParseError::Form)?;
                fraction(cursor, &mut time)?;
            }
        }
        count @ (1 | 2) => {
            time.hour = cursor.number(count).ok_or(TimeParseError::Form)?;
            if cursor.take(&[':']).is_none() {
                let hour = time.hour;
                let half = half(cursor).ok_or(TimeParseError::Form)?;
                time.hour = of_half(hour, half)?;
                return Ok(time);
            }
            time.minute = two_digits(cursor)?;
            if cursor.take(&[':']).is_some() {
                time.second = two_digits(cursor)?;
                fraction(cursor, &mut time)?;
            }
        }
        _ => return Err(TimeParseError::Form),
    }
    if let Some(half) = half(cursor) {
        time.hour = of_half(time.hour, half)?;
    }
    Ok(time)
}

fn two_digits(cursor: &mut TextCursor<'_>) -> Result<u32, TimeParseError> {
    match cursor.digits_ahead() {
        2 => cursor.number(2).ok_or(TimeParseError::Form),
        _ => Err(TimeParseError::Form),
    }
}

fn fraction(cursor: &mut TextCursor<'_>, time: &mut ParsedTimeOfDay) -> Result<(), TimeParseError> {
    if cursor.take(&['.', ',']).is_some() {
        time.nanos = cursor.fraction().ok_or(TimeParseError::Form)?;
    }
    Ok(())
}

/// Reads an optional half of the day: `AM`, `pm`, `p.m.`; true for PM.
pub(super) fn half(cursor: &mut TextCursor<'_>) -> Option<bool> {
    let mut ahead = *cursor;
    ahead.skip_blanks();
    let is_pm = matches!(ahead.take(&['a', 'A', 'p', 'P'])?, 'p' | 'P');
    let has_dots = ahead.take(&['.']).is_some();
    ahead.take(&['m', 'M'])?;
    if has_dots {
        ahead.take(&['.'])?;
    }
    // AMT is not a half of the day.
    if ahead.peek().is_some_and(char::is_alphanumeric) {
        return None;
    }
    *cursor = ahead;
    Some(is_pm)
}

/// Converts an hour of the 12-hour format to an hour of the day.
pub(super) fn of_half(hour: u32, is_pm: bool) -> Result<u32, TimeParseError> {
    match (hour, is_pm) {
        (12, false) => Ok(0),
        (12, true) => Ok(12),
        (1..=11, _) => Ok(hour + 12 * u32::from(is_pm)),
        _ => Err(TimeParseError::Calendar),
    }
}
