//! Counts since 1970 as instants.

use chrono::{DateTime, NaiveDateTime};

/// Instant of a count of seconds, milliseconds, microseconds or nanoseconds since 1970. The
/// magnitude determines the unit.
///
/// Counts below 100,000,000,000 are seconds (up to the year 5138), below a thousand times that
/// milliseconds (from March 1973 on), and so on: the units are unambiguous for the times of desks,
/// but not for the first years after 1970.
pub(crate) fn from_epoch(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let count: i64 = whole.parse().ok()?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let per_second: i64 = match count.unsigned_abs() {
        0..100_000_000_000 => 1,
        100_000_000_000..100_000_000_000_000 => 1_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000_000,
        _ => 1_000_000_000,
    };
    let seconds = count.div_euclid(per_second);
    let nanos = count.rem_euclid(per_second) * (1_000_000_000 / per_second);
    let mut nanos = u32::try_from(nanos).ok()?;
    if per_second == 1 && !fraction.is_empty() {
        let digits = format!("{fraction:0<9}");
        let more: u32 = digits.get(..9)?.parse().ok()?;
        if text.starts_with('-') {
            return None;
        }
        nanos = more;
    }
    Some(DateTime::from_timestamp(seconds, nanos)?.naive_utc())
}
