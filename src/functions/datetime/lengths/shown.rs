//! Durations as text: `3 days 02:03:04.5`.

use arrow::datatypes::TimeUnit;

/// Appends a duration of `count` units.
pub(crate) fn push_duration(count: i64, unit: TimeUnit, out: &mut String) {
    let (per_second, digits) = match unit {
        TimeUnit::Second => (1, 0),
        TimeUnit::Millisecond => (1_000, 3),
        TimeUnit::Microsecond => (1_000_000, 6),
        TimeUnit::Nanosecond => (1_000_000_000, 9),
    };
    let size = count.unsigned_abs();
    let (seconds, fraction) = (size / per_second, size % per_second);
    let days = seconds / 86_400;
    if days > 0 {
        let sign = if count < 0 { "-" } else { "" };
        let plural = if days == 1 { "" } else { "s" };
        out.push_str(&format!("{sign}{days} day{plural} "));
    }
    if count < 0 {
        out.push('-');
    }
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    out.push_str(&format!("{hours:02}:{minutes:02}:{:02}", seconds % 60));
    if fraction > 0 {
        let digits = format!("{fraction:0digits$}");
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
}
