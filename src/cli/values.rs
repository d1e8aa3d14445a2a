//! Parsers of sizes and times on the command line.

use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use bytesize::ByteSize;
use chrono::NaiveDate;

use crate::output::ROWS;

/// `512MB`, `2GiB`, `1000000`.
pub(crate) fn parse_bytes(text: &str) -> Result<usize, String> {
    let size: ByteSize = text
        .trim()
        .parse()
        .map_err(|problem| format!("expected a size such as 512MB or 2GiB: {problem}"))?;
    match usize::try_from(size.as_u64()) {
        Ok(0) => Err("expected more than zero bytes".to_owned()),
        Ok(bytes) => Ok(bytes),
        Err(_) => Err("larger than this machine can address".to_owned()),
    }
}

/// `30` (seconds), `1.5`, `90s`, `5m`, `1h 30m`, `500ms`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let parsed = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => humantime::parse_duration(text).ok(),
    };
    match parsed {
        Some(time) if time > Duration::ZERO => Ok(time),
        _ => Err("expected a time such as 30, 90s, 5m or 1h".to_owned()),
    }
}

/// `10%`, `0.1`; at least zero.
pub(crate) fn parse_share(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let parsed = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
        None => text.parse(),
    };
    match parsed {
        Ok(share) if share.is_finite() && share >= 0.0 => Ok(share),
        _ => Err("expected a share such as 10% or 0.1".to_owned()),
    }
}

/// `2025-03-01`.
pub(crate) fn parse_date(text: &str) -> Result<NaiveDate, String> {
    let date = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok();
    date.ok_or_else(|| "expected a date such as 2025-03-01".to_owned())
}

/// Number of rows that a terminal shows; `None` for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowLimit(pub(crate) Option<usize>);

impl Default for RowLimit {
    fn default() -> Self {
        Self(Some(ROWS))
    }
}

impl fmt::Display for RowLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(rows) => rows.fmt(f),
            None => f.write_str("all"),
        }
    }
}

/// `40`, `all`.
pub(crate) fn parse_rows(text: &str) -> Result<RowLimit, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("all") {
        return Ok(RowLimit(None));
    }
    match text.parse::<NonZeroUsize>() {
        Ok(rows) => Ok(RowLimit(Some(rows.get()))),
        Err(_) => Err("expected a number of rows from 1 on, or 'all'".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_decimal_and_binary_units() {
        assert_eq!(parse_bytes("512MB"), Ok(512_000_000));
        assert_eq!(parse_bytes("2GiB"), Ok(2 << 30));
        assert_eq!(parse_bytes("64 kib"), Ok(65_536));
        assert_eq!(parse_bytes("1000"), Ok(1000));
    }

    #[test]
    fn sizes_refuse_nonsense_and_zero() {
        for text in ["", "lots", "-1MB", "0", "12 parsecs"] {
            assert!(parse_bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_take_bare_seconds_and_units() {
        assert_eq!(parse_duration("30"), Ok(Duration::from_secs(30)));
        assert_eq!(parse_duration("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse_duration("1h 30m"), Ok(Duration::from_secs(5400)));
    }

    #[test]
    fn times_refuse_nonsense_and_zero() {
        for text in ["", "soon", "-5", "0", "0s", "inf", "NaN"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_are_percent_or_parts_of_one() {
        assert_eq!(parse_share("10%"), Ok(0.1));
        assert_eq!(parse_share(" 0.25 "), Ok(0.25));
        for wrong in ["", "ten", "-1%", "inf"] {
            assert!(parse_share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn dates_are_of_the_calendar() {
        assert_eq!(
            parse_date("2024-02-29"),
            Ok(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap())
        );
        for wrong in ["", "2025-02-29", "01.03.2025", "yesterday"] {
            assert!(parse_date(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rows_are_a_number_or_all() {
        assert_eq!(parse_rows("40"), Ok(RowLimit(Some(40))));
        assert_eq!(parse_rows(" ALL "), Ok(RowLimit(None)));
        for wrong in ["", "0", "-1", "many", "1.5"] {
            assert!(parse_rows(wrong).is_err(), "{wrong}");
        }
    }
}
