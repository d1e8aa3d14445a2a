//! Offsets from UTC and names of zones, as text.

use chrono::NaiveDateTime;

use super::cursor::TextCursor;
use crate::time::zone;
use crate::time::zone::LocalTimeConverter;

/// Zone after a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ParsedZone<'a> {
    /// Seconds east of UTC.
    Offset(i64),
    /// IANA name.
    Named(&'a str),
}

impl ParsedZone<'_> {
    /// Seconds east of UTC at local time `wall`: the first of two; `None` for an unknown zone.
    pub(super) fn offset_at(self, wall: NaiveDateTime) -> Option<i64> {
        match self {
            Self::Offset(offset) => Some(offset),
            Self::Named(name) => {
                let local = wall.and_utc().timestamp();
                let mut clock = LocalTimeConverter::new(zone::named(name).ok()?, 1);
                Some(local - clock.instant(local)?)
            }
        }
    }
}

/// Reads `Z`, `UTC`, `GMT`, `+01`, `+0100`, `+01:00`, `-8`.
pub(super) fn offset(cursor: &mut TextCursor<'_>) -> Option<i64> {
    let mut ahead = *cursor;
    let east = match ahead.peek()? {
        '+' | '-' => numeric(&mut ahead)?,
        _ => ["UTC", "GMT", "Z"]
            .into_iter()
            .any(|word| ahead.take_word(word))
            .then_some(0)?,
    };
    // UTC+1 is east in one convention and west in the other.
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '+' | '-' | '/' | ':' | '_');
    if ahead.peek().is_some_and(goes_on) {
        return None;
    }
    *cursor = ahead;
    Some(east)
}

fn numeric(cursor: &mut TextCursor<'_>) -> Option<i64> {
    let sign = match cursor.take(&['+', '-'])? {
        '-' => -1,
        _ => 1,
    };
    let (hours, minutes, seconds) = match cursor.digits_ahead() {
        count @ (1 | 2) => {
            let hours = cursor.number(count)?;
            let minutes = after_colon(cursor)?;
            let seconds = match minutes {
                Some(_) => after_colon(cursor)?,
                None => None,
            };
            (hours, minutes.unwrap_or(0), seconds.unwrap_or(0))
        }
        4 => (cursor.number(2)?, cursor.number(2)?, 0),
        6 => (cursor.number(2)?, cursor.number(2)?, cursor.number(2)?),
        _ => return None,
    };
    let is_offset = hours < 16 && minutes < 60 && seconds < 60;
    let east = i64::from(hours * 3_600 + minutes * 60 + seconds);
    is_offset.then_some(sign * east)
}

/// Two digits after a colon, if there is one.
fn after_colon(cursor: &mut TextCursor<'_>) -> Option<Option<u32>> {
    match cursor.take(&[':']) {
        Some(_) if cursor.digits_ahead() == 2 => cursor.number(2).map(Some),
        Some(_) => None,
        None => Some(None),
    }
}

/// Reads an offset, or the name of a zone, which extends to the next blank.
pub(super) fn zone<'a>(cursor: &mut TextCursor<'a>) -> Option<ParsedZone<'a>> {
    if let Some(east) = offset(cursor) {
        return Some(ParsedZone::Offset(east));
    }
    let mut ahead = *cursor;
    if !ahead.peek()?.is_ascii_alphabetic() {
        return None;
    }
    let name = ahead.word();
    zone::named(name).ok()?;
    *cursor = ahead;
    Some(ParsedZone::Named(name))
}
