//! Instant from which a version of a calendar is in force.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use super::schedule::instant;
use super::special::{FIRST_YEAR, LAST_YEAR};

/// Reads a date (its first moment in local time of `zone`), a local date and time (`2026-04-01
/// 12:00`), or an instant with its offset, in seconds since 1970 in UTC.
///
/// # Errors
/// If the text is invalid; the message does not name its position, which the caller adds.
pub fn effective(text: &str, zone: Tz) -> Result<i64, String> {
    let text = text.trim();
    let (date, at) = read(text, zone).ok_or_else(|| {
        format!(
            "{text:?} is no date; write \"2026-04-01\", \"2026-04-01 12:00\" or, with an offset, \
             \"2026-04-01T12:00:00Z\""
        )
    })?;
    match date.year() {
        FIRST_YEAR..=LAST_YEAR => Ok(at),
        _ => Err(format!(
            "{text} is not between {FIRST_YEAR} and {LAST_YEAR}"
        )),
    }
}

fn read(text: &str, zone: Tz) -> Option<(NaiveDate, i64)> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some((date, instant(zone, date, 0)));
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        let is_whole = at.timestamp_subsec_nanos() == 0;
        return is_whole.then(|| (at.date_naive(), at.timestamp()));
    }
    let patterns = [
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%dT%H:%M:%S",
    ];
    let time = patterns
        .iter()
        .find_map(|pattern| NaiveDateTime::parse_from_str(text, pattern).ok())?;
    let seconds = (time - time.date().and_time(chrono::NaiveTime::MIN)).num_seconds();
    Some((time.date(), instant(zone, time.date(), seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_times_and_instants() {
        let at = |text: &str| effective(text, Tz::America__New_York).ok();
        assert_eq!(at("2020-09-30"), Some(1_601_438_400));
        assert_eq!(at("2020-09-30 15:01:25"), at("2020-09-30T19:01:25Z"));
        assert_eq!(at("2020-09-30T15:01:25-04:00"), at("2020-09-30T19:01:25Z"));
        assert_eq!(at("2020-09-30 15:01"), at("2020-09-30T19:01:00+00:00"));
        for wrong in [
            "",
            "30.09.2020",
            "2020-09-31",
            "2300-01-01",
            "2020-09-30T19:01:25.5Z",
        ] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
