//! Patterns that fit a text, suggested in errors.

use super::pattern::{TimePattern, TimePatternDialect};
use super::written::TimeParseError;

/// Up to two patterns that fit `text`, day first; after a year of four digits the month comes
/// first.
pub(crate) fn fitting(text: &str, family: TimePatternDialect) -> Vec<String> {
    let text = text.trim();
    // The time of day begins after the last blank before its colon.
    let colon = text.find(':');
    let start = colon.and_then(|colon| text[..colon].rfind([' ', 'T']));
    let (date, time) = text.split_at(start.unwrap_or(text.len()));
    let time = time_pattern(time, family);
    let fits = |pattern: &String| {
        let pattern = TimePattern::try_new(pattern, family);
        pattern.is_ok_and(|pattern| pattern.read(text).is_ok())
    };
    let dates = date_patterns(date).into_iter();
    let mut fitting: Vec<String> = dates.map(|date| format!("{date}{time}")).collect();
    if family == TimePatternDialect::Spreadsheet {
        for pattern in &mut fitting {
            *pattern = pattern.to_lowercase();
        }
    }
    fitting.retain(fits);
    let is_year_first = date.find(|c: char| !c.is_ascii_digit()) == Some(4);
    fitting.truncate(if is_year_first { 1 } else { 2 });
    fitting
}

/// Possible orders of a date of three parts, with its own separators.
fn date_patterns(date: &str) -> Vec<String> {
    let separators: Vec<char> = date.chars().filter(|c| !c.is_alphanumeric()).collect();
    let parts: Vec<&str> = date.split(|c: char| !c.is_alphanumeric()).collect();
    let ([first, second, third], [one, other]) = (parts.as_slice(), separators.as_slice()) else {
        return match date.len() {
            8 => ["YYYYMMDD", "DDMMYYYY", "MMDDYYYY"]
                .map(str::to_owned)
                .to_vec(),
            6 => ["YYMMDD", "DDMMYY", "MMDDYY"].map(str::to_owned).to_vec(),
            _ => Vec::new(),
        };
    };
    let year = |part: &str| if part.len() == 2 { "YY" } else { "YYYY" };
    let month = |part: &str| {
        if part.starts_with(|c: char| c.is_alphabetic()) {
            "Mon"
        } else {
            "MM"
        }
    };
    let mut patterns = vec![
        format!("DD{one}{}{other}{}", month(second), year(third)),
        format!("{}{one}DD{other}{}", month(first), year(third)),
    ];
    if first.len() == 4 {
        patterns = vec![
            format!("YYYY{one}{}{other}DD", month(second)),
            format!("YYYY{one}DD{other}MM"),
        ];
    }
    patterns
}

/// Pattern of a time of day, including the text before it.
fn time_pattern(time: &str, family: TimePatternDialect) -> String {
    let Some(first) = time.chars().next() else {
        return String::new();
    };
    let lower = time.to_lowercase();
    let half = ["am", "pm"].iter().find(|half| lower.ends_with(**half));
    let is_close = half.is_some() && !lower[..lower.len() - 2].ends_with(' ');
    let colons = time.matches(':').count();
    let (hour, minute) = match (family, half) {
        (TimePatternDialect::Postgres, None) => ("HH24", ":MI"),
        (TimePatternDialect::Postgres, Some(_)) => ("HH12", ":MI"),
        (TimePatternDialect::Spreadsheet, _) => ("HH", ":MM"),
    };
    let mut pattern = format!("{first}{hour}");
    if colons > 0 {
        pattern.push_str(minute);
    }
    if colons > 1 {
        pattern.push_str(":SS");
        if time.contains('.') {
            pattern.push_str(if family == TimePatternDialect::Postgres {
                ".US"
            } else {
                ".000"
            });
        }
    }
    if half.is_some() {
        pattern.push_str(if is_close { "AM" } else { " AM" });
    }
    pattern
}

/// End of an error message, after the value and its expected type: the reason, and patterns that
/// fit.
pub(crate) fn advice(text: &str, misfit: TimeParseError, family: TimePatternDialect) -> String {
    let patterns = fitting(text, family);
    let patterns: Vec<String> = patterns
        .iter()
        .map(|pattern| format!("'{pattern}'"))
        .collect();
    match (misfit, patterns.as_slice()) {
        (TimeParseError::Calendar, _) => "no calendar or clock has it".to_owned(),
        (_, []) => "give its pattern".to_owned(),
        (_, [one]) => format!("it would fit the pattern {one}"),
        (_, [one, other, ..]) => {
            format!("it may be one of two days: give the pattern, {one} or {other}")
        }
    }
}
