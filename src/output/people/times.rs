//! Instants, durations and intervals.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, IntervalMonthDayNanoType, IntervalUnit};

use super::NULL;
use crate::error::Result;
use crate::output::arrow_failed;

const NANOSECONDS_PER_DAY: i64 = 86_400_000_000_000;

/// Formats instants as `2026-01-05 09:30:00`, or as dates if all of the column are midnights.
pub(super) fn instants(texts: Vec<String>) -> Vec<String> {
    let midnight = |text: &String| match text.split_once('T') {
        // The time is followed by nothing or by the zone.
        Some((_, time)) => time
            .strip_prefix("00:00:00")
            .is_some_and(|zone| !zone.starts_with('.')),
        None => text == NULL,
    };
    let are_dates = texts.iter().all(midnight);
    let shown = |text: String| match text.split_once('T') {
        Some((date, _)) if are_dates => date.to_owned(),
        Some((date, time)) => format!("{date} {time}"),
        None => text,
    };
    texts.into_iter().map(shown).collect()
}

/// Shortens `3 days 04:05:06` to `3d 04:05:06`.
pub(super) fn durations(texts: Vec<String>) -> Vec<String> {
    let shown = |text: String| {
        let parts = text
            .split_once(" days ")
            .or_else(|| text.split_once(" day "));
        match parts {
            // The days have the sign too.
            Some((days, clock)) => format!("{days}d {}", clock.trim_start_matches('-')),
            None => text,
        }
    };
    texts.into_iter().map(shown).collect()
}

/// Formats intervals as `1y 2mo 3d 04:05:06`, without the parts that are zero.
pub(super) fn intervals(values: &ArrayRef) -> Result<Vec<String>> {
    let general = DataType::Interval(IntervalUnit::MonthDayNano);
    let intervals = cast(values, &general).map_err(arrow_failed)?;
    let intervals = intervals.as_primitive::<IntervalMonthDayNanoType>();
    let text = |row: usize| {
        if intervals.is_null(row) {
            return NULL.to_owned();
        }
        let value = intervals.value(row);
        interval(value.months, value.days, value.nanoseconds)
    };
    Ok((0..intervals.len()).map(text).collect())
}

fn interval(months: i32, days: i32, nanoseconds: i64) -> String {
    // The difference of two instants has only nanoseconds; its days have 24 hours.
    let (days, nanoseconds) = match (months, days) {
        (0, 0) => match i32::try_from(nanoseconds / NANOSECONDS_PER_DAY) {
            Ok(days) => (days, nanoseconds % NANOSECONDS_PER_DAY),
            Err(_) => (days, nanoseconds),
        },
        _ => (days, nanoseconds),
    };
    let (years, months) = (months / 12, months % 12);
    let mut parts: Vec<String> = [(years, "y"), (months, "mo"), (days, "d")]
        .into_iter()
        .filter(|(count, _)| *count != 0)
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    if nanoseconds != 0 || parts.is_empty() {
        let sign = if nanoseconds < 0 { "-" } else { "" };
        let size = nanoseconds.unsigned_abs();
        let (seconds, fraction) = (size / 1_000_000_000, size % 1_000_000_000);
        let mut clock = format!(
            "{sign}{:02}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        );
        if fraction > 0 {
            let digits = format!("{fraction:09}");
            clock.push('.');
            clock.push_str(digits.trim_end_matches('0'));
        }
        parts.push(clock);
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_column_of_midnights_reads_as_dates() {
        let months = ["2026-01-01T00:00:00", "NULL", "2026-02-01T00:00:00"];
        assert_eq!(
            instants(owned(&months)),
            ["2026-01-01", "NULL", "2026-02-01"]
        );
        let zoned = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00+02:00"];
        assert_eq!(instants(owned(&zoned)), ["2026-01-01", "2026-02-01"]);
        let mixed = ["2026-01-01T00:00:00", "2026-02-01T00:00:00.001"];
        assert_eq!(
            instants(owned(&mixed)),
            ["2026-01-01 00:00:00", "2026-02-01 00:00:00.001"]
        );
    }

    #[test]
    fn durations_carry_their_days_in_short() {
        let texts = ["01:02:03", "1 day 00:00:00", "-2 days -07:33:20.5", "NULL"];
        assert_eq!(
            durations(owned(&texts)),
            ["01:02:03", "1d 00:00:00", "-2d 07:33:20.5", "NULL"]
        );
    }

    #[test]
    fn intervals_leave_out_what_is_zero() {
        for (parts, shown) in [
            ((0, 0, 0), "00:00:00"),
            ((14, 3, 14_706_000_000_000), "1y 2mo 3d 04:05:06"),
            ((0, 7, 0), "7d"),
            ((0, 0, 273_906_000_000_000), "3d 04:05:06"),
            ((0, 0, -90_000_000_000_000), "-1d -01:00:00"),
            ((-1, 0, -500_000_000), "-1mo -00:00:00.5"),
        ] {
            assert_eq!(interval(parts.0, parts.1, parts.2), shown);
        }
    }
}
