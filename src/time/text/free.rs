//! Times in unambiguous forms, read without a pattern.

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use super::clock::{ParsedTimeOfDay, clock};
use super::cursor::TextCursor;
use super::parts::{month_named, weekday_named};
use super::written::{ParsedTime, TimeParseError};
use super::zone_text::{ParsedZone, zone};

/// Reads a date with an optional time of day and zone, or a time of day alone.
///
/// # Errors
/// If the text has no such form, or the order of day and month is ambiguous.
pub(crate) fn read(text: &str) -> Result<ParsedTime, TimeParseError> {
    let mut cursor = TextCursor::new(text.trim());
    if is_clock_ahead(cursor) {
        return alone(&mut cursor, false);
    }
    let weekday = weekday(&mut cursor);
    let date = date(&mut cursor)?;
    if weekday.is_some_and(|weekday| weekday != date.weekday()) {
        return Err(TimeParseError::Calendar);
    }
    let time = time_behind(&mut cursor)?;
    // An offset after a date alone looks like another part of it.
    if time.is_none() && matches!(cursor.rest().trim_start().chars().next(), Some('+' | '-')) {
        return Err(TimeParseError::Form);
    }
    let zone = zone_behind(&mut cursor)?;
    let (time, is_next_day) = match time {
        Some(time) => {
            let (time, is_next_day) = time.resolved()?;
            (Some(time), is_next_day)
        }
        None => (None, false),
    };
    let date = if is_next_day {
        date.succ_opt().ok_or(TimeParseError::Calendar)?
    } else {
        date
    };
    let wall = date.and_time(time.unwrap_or(NaiveTime::MIN));
    let offset = match zone {
        Some(zone) => Some(zone.offset_at(wall).ok_or(TimeParseError::Form)?),
        None => None,
    };
    let date = Some(date);
    Ok(ParsedTime { date, time, offset })
}

/// Reads a time of day; digits alone are hours and minutes (`0930`), and a date before it is
/// skipped.
///
/// # Errors
/// Those of [`read`]; a time with an offset is not a time of day.
pub(crate) fn read_clock(text: &str) -> Result<NaiveTime, TimeParseError> {
    let mut cursor = TextCursor::new(text.trim());
    let digits = cursor.digits_ahead();
    let is_clock =
        is_clock_ahead(cursor) || matches!(digits, 4 | 6) && !is_date_ahead(cursor, digits);
    let written = if is_clock {
        alone(&mut cursor, true)?
    } else {
        read(text)?
    };
    match (written.time, written.offset) {
        (Some(time), None) => Ok(time),
        _ => Err(TimeParseError::Form),
    }
}

fn is_date_ahead(mut cursor: TextCursor<'_>, digits: usize) -> bool {
    cursor.number(digits);
    cursor.take(&['-', '/', ' ']).is_some()
}

/// True for one or two digits and a colon, or a half of the day.
fn is_clock_ahead(mut cursor: TextCursor<'_>) -> bool {
    let digits = cursor.digits_ahead();
    if !matches!(digits, 1 | 2) {
        return false;
    }
    cursor.number(digits);
    cursor.peek() == Some(':') || super::clock::half(&mut cursor).is_some()
}

fn alone(cursor: &mut TextCursor<'_>, compact: bool) -> Result<ParsedTime, TimeParseError> {
    let (time, is_next_day) = clock(cursor, compact)?.resolved()?;
    if !cursor.is_at_end() {
        return Err(TimeParseError::Form);
    }
    if is_next_day {
        return Err(TimeParseError::Calendar);
    }
    Ok(ParsedTime {
        time: Some(time),
        ..ParsedTime::default()
    })
}

/// Weekday before a date, with or without a comma.
fn weekday(cursor: &mut TextCursor<'_>) -> Option<Weekday> {
    let mut ahead = *cursor;
    let weekday = weekday_named(ahead.letters())?;
    ahead.take(&[',', '.']);
    ahead.skip_blanks().then(|| *cursor = ahead)?;
    Some(weekday)
}

fn date(cursor: &mut TextCursor<'_>) -> Result<NaiveDate, TimeParseError> {
    match cursor.digits_ahead() {
        0 => month_first(cursor),
        4 => year_first(cursor),
        8 => {
            let digits = (cursor.number(4), cursor.number(2), cursor.number(2));
            let (Some(year), Some(month), Some(day)) = digits else {
                return Err(TimeParseError::Form);
            };
            day_of(year, month, day)
        }
        1 | 2 => day_first(cursor),
        _ => Err(TimeParseError::Form),
    }
}

/// Reads `2026-01-02`, `2026/1/2`, `2026.01.02`, `2026-Jan-02`.
fn year_first(cursor: &mut TextCursor<'_>) -> Result<NaiveDate, TimeParseError> {
    let year = cursor.number(4).ok_or(TimeParseError::Form)?;
    let separator = cursor
        .take(&['-', '/', '.', ' '])
        .ok_or(TimeParseError::Form)?;
    let month = match cursor.digits_ahead() {
        count @ (1 | 2) if separator != ' ' => cursor.number(count),
        0 => month_named(cursor.letters()),
        _ => None,
    };
    let month = month.ok_or(TimeParseError::Form)?;
    cursor.take(&[separator]).ok_or(TimeParseError::Form)?;
    let day = short_number(cursor)?;
    day_of(year, month, day)
}

/// Reads `2 Jan 2026`, `02-Jan-2026`; numbers alone do not show which one is the month.
fn day_first(cursor: &mut TextCursor<'_>) -> Result<NaiveDate, TimeParseError> {
    let day = short_number(cursor)?;
    let mut numbers = *cursor;
    if numbers.take(&['/', '-', '.']).is_some() && numbers.digits_ahead() > 0 {
        let is_date = short_number(&mut numbers).is_ok()
            && numbers.take(&['/', '-', '.']).is_some()
            && matches!(numbers.digits_ahead(), 2 | 4);
        return Err(if is_date {
            TimeParseError::Order
        } else {
            TimeParseError::Form
        });
    }
    let separator = cursor
        .take(&[' ', '-', '/', '.'])
        .ok_or(TimeParseError::Form)?;
    let month = month_named(cursor.letters()).ok_or(TimeParseError::Form)?;
    cursor.take(&['.', ',']);
    let has_separator = cursor.take(&[separator]).is_some() || cursor.skip_blanks();
    let year = has_separator
        .then(|| full_year(cursor))
        .ok_or(TimeParseError::Form)?;
    day_of(year?, month, day)
}

/// Reads `Jan 2, 2026`, `January 2 2026`.
fn month_first(cursor: &mut TextCursor<'_>) -> Result<NaiveDate, TimeParseError> {
    let month = month_named(cursor.letters()).ok_or(TimeParseError::Form)?;
    cursor.take(&['.']);
    let has_separator = cursor.skip_blanks() || cursor.take(&['-', '/']).is_some();
    let day = has_separator
        .then(|| short_number(cursor))
        .ok_or(TimeParseError::Form)?;
    cursor.take(&[',']);
    let has_separator = cursor.skip_blanks() || cursor.take(&['-', '/']).is_some();
    let year = has_separator
        .then(|| full_year(cursor))
        .ok_or(TimeParseError::Form)?;
    day_of(year?, month, day?)
}

fn short_number(cursor: &mut TextCursor<'_>) -> Result<u32, TimeParseError> {
    match cursor.digits_ahead() {
        count @ (1 | 2) => cursor.number(count).ok_or(TimeParseError::Form),
        _ => Err(TimeParseError::Form),
    }
}

fn full_year(cursor: &mut TextCursor<'_>) -> Result<u32, TimeParseError> {
    match cursor.digits_ahead() {
        4 => cursor.number(4).ok_or(TimeParseError::Form),
        2 => Err(TimeParseError::Order),
        _ => Err(TimeParseError::Form),
    }
}

fn day_of(year: u32, month: u32, day: u32) -> Result<NaiveDate, TimeParseError> {
    let year = i32::try_from(year).ok().ok_or(TimeParseError::Calendar)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(TimeParseError::Calendar)
}

/// Time of day after a date: after a `T`, a comma or a blank.
fn time_behind(cursor: &mut TextCursor<'_>) -> Result<Option<ParsedTimeOfDay>, TimeParseError> {
    let mut ahead = *cursor;
    let is_iso = ahead.take(&['T', 't']).is_some();
    if !is_iso {
        ahead.take(&[',']);
        if !ahead.skip_blanks() {
            return Ok(None);
        }
    }
    if ahead.digits_ahead() == 0 {
        return Ok(None);
    }
    let time = clock(&mut ahead, true)?;
    *cursor = ahead;
    Ok(Some(time))
}

/// Zone after a date or a time of day, at the end of the text.
fn zone_behind<'a>(cursor: &mut TextCursor<'a>) -> Result<Option<ParsedZone<'a>>, TimeParseError> {
    cursor.skip_blanks();
    if cursor.is_at_end() {
        return Ok(None);
    }
    let found = zone(cursor).ok_or(TimeParseError::Form)?;
    // 2026-01-02T03:04:05+01:00[Europe/Paris]: the name adds nothing to the offset.
    let is_named_too = cursor.rest().starts_with('[') && cursor.rest().ends_with(']');
    if is_named_too || cursor.is_at_end() {
        Ok(Some(found))
    } else {
        Err(TimeParseError::Form)
    }
}

#[cfg(test)]
mod tests;
