//! Names and values as SQL text.

use chrono::{DateTime, NaiveDate};

/// `name` as an identifier.
pub(crate) fn quoted_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// `text` as a literal.
pub(crate) fn quoted_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Names as identifiers, separated by commas.
pub(crate) fn quoted_names<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| quoted_name(name)).collect();
    names.join(", ")
}

/// Day number since 1970 as a date; `None` beyond the calendar.
pub(crate) fn date_of_day(day: i64) -> Option<NaiveDate> {
    let seconds = day.checked_mul(86_400)?;
    Some(DateTime::from_timestamp(seconds, 0)?.date_naive())
}

/// Microseconds since 1970 as `2026-01-01T03:48:23`; the number itself beyond the calendar.
pub(crate) fn instant_text(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros).map_or_else(
        || micros.to_string(),
        |instant| instant.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(quoted_name("a\"b"), "\"a\"\"b\"");
        assert_eq!(quoted_text("it's"), "'it''s'");
        let names = ["a".to_owned(), "B c".to_owned()];
        assert_eq!(quoted_names(&names), "\"a\", \"B c\"");
    }

    #[test]
    fn days_and_instants_are_of_the_calendar() {
        assert_eq!(date_of_day(0), NaiveDate::from_ymd_opt(1970, 1, 1));
        assert_eq!(date_of_day(-1), NaiveDate::from_ymd_opt(1969, 12, 31));
        assert_eq!(date_of_day(i64::MAX), None);
        assert_eq!(instant_text(1_500_000), "1970-01-01T00:00:01.500");
    }
}
