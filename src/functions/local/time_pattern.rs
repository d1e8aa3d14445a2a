//! How text writes a time: spreadsheet patterns (`d/m/yyyy H:MM`) or strftime's (`%d/%m/%Y %H:%M`).

use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{NaiveDateTime, NaiveTime};

/// A pattern, ready to read values with.
#[derive(Debug)]
pub(crate) struct TimePattern {
    items: Vec<Item<'static>>,
}

impl TimePattern {
    /// Reads a pattern; one with `%` is strftime's.
    ///
    /// # Errors
    /// When a letter or `%` code has no meaning.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        let strftime = match pattern.contains('%') {
            true => pattern.to_owned(),
            false => to_strftime(pattern)?,
        };
        let Ok(items) = StrftimeItems::new(&strftime).parse_to_owned() else {
            return Err(format!(
                "{pattern:?} is not a time pattern like 'd/m/yyyy H:MM'"
            ));
        };
        Ok(Self { items })
    }

    /// The wall-clock time that `text` writes, midnight if it has no time of day.
    pub(crate) fn read(&self, text: &str) -> Option<NaiveDateTime> {
        let mut parsed = Parsed::new();
        parse(&mut parsed, text.trim(), self.items.iter()).ok()?;
        let date = parsed.to_naive_date().ok()?;
        let has_clock = parsed.hour_mod_12().is_some() || parsed.hour_div_12().is_some();
        let time = match has_clock {
            true => parsed.to_naive_time().ok()?,
            false => NaiveTime::MIN,
        };
        Some(date.and_time(time))
    }
}

/// A run of one letter in a pattern, or something between such runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    /// The letter in lower case, and how many of it.
    Letters(char, usize),
    Other(char),
}

fn to_strftime(pattern: &str) -> Result<String, String> {
    let runs = runs(pattern);
    let twelve_hours = runs
        .iter()
        .any(|run| matches!(run, Run::Letters('a' | 'p' | 't', _)));
    let mut out = String::new();
    for (index, run) in runs.iter().enumerate() {
        match *run {
            Run::Letters('y', 2) => out.push_str("%y"),
            Run::Letters('y', _) => out.push_str("%Y"),
            Run::Letters('d', 1 | 2) => out.push_str("%d"),
            Run::Letters('d', 3) => out.push_str("%a"),
            Run::Letters('d', _) => out.push_str("%A"),
            Run::Letters('m', count) => out.push_str(month_or_minute(&runs, index, count)),
            Run::Letters('h', _) if twelve_hours => out.push_str("%I"),
            Run::Letters('h', _) => out.push_str("%H"),
            Run::Letters('s', 1 | 2) => out.push_str("%S"),
            // Of `.000`, `.SSS` and `.fff` the dot has been written already.
            Run::Letters('s' | 'f', _) | Run::Other('0') => with_fraction(&mut out),
            Run::Letters('a' | 't', _) => out.push_str("%p"),
            Run::Other('/') | Run::Letters('p', _) if after_am(&runs, index) => {}
            Run::Letters(letter, _) => {
                return Err(format!(
                    "{pattern:?} is not a time pattern: {letter:?} has no meaning in it; use d, m, \
                     y, h, MM after the hour for minutes, s, AM/PM"
                ));
            }
            Run::Other(other) => out.push(other),
        }
    }
    Ok(out)
}

fn runs(pattern: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for letter in pattern.chars() {
        let lower = letter.to_ascii_lowercase();
        // An upper-case T or Z stands for itself, as in 2026-01-31T10:00:00Z.
        if !letter.is_ascii_alphabetic() || matches!(letter, 'T' | 'Z') {
            runs.push(Run::Other(letter));
            continue;
        }
        match (runs.last_mut(), lower) {
            // AM and PM are one mark.
            (Some(Run::Letters('a' | 'p', _)), 'm') => {}
            (Some(Run::Letters(last, count)), _) if *last == lower => *count += 1,
            _ => runs.push(Run::Letters(lower, 1)),
        }
    }
    runs
}

/// M is a minute behind an hour or before a second, as in spreadsheets; else a month.
fn month_or_minute(runs: &[Run], index: usize, count: usize) -> &'static str {
    let letter = |run: &Run| match run {
        Run::Letters(letter, _) => Some(*letter),
        Run::Other(_) => None,
    };
    let before = runs[..index].iter().rev().find_map(letter);
    let behind = runs[index + 1..].iter().find_map(letter);
    match count {
        1 | 2 if before == Some('h') || behind == Some('s') => "%M",
        1 | 2 => "%m",
        3 => "%b",
        _ => "%B",
    }
}

fn after_am(runs: &[Run], index: usize) -> bool {
    let am = |run: Option<&Run>| matches!(run, Some(Run::Letters('a', _)));
    let slash = |run: Option<&Run>| matches!(run, Some(Run::Other('/')));
    let last = index.checked_sub(1).and_then(|index| runs.get(index));
    let before_last = index.checked_sub(2).and_then(|index| runs.get(index));
    am(last) || (slash(last) && am(before_last))
}

fn with_fraction(out: &mut String) {
    if out.ends_with('.') {
        out.pop();
        out.push_str("%.f");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> String {
        let pattern = TimePattern::new(pattern).unwrap();
        pattern
            .read(text)
            .map_or_else(|| "none".to_owned(), |time| time.to_string())
    }

    #[test]
    fn spreadsheet_patterns() {
        assert_eq!(
            read("d/m/yyyy H:MM", "29/2/2016 01:16"),
            "2016-02-29 01:16:00"
        );
        assert_eq!(
            read("dd.mm.yy hh:mm:ss", "05.03.26 14:07:09"),
            "2026-03-05 14:07:09"
        );
        assert_eq!(
            read("m/d/yyyy h:mm AM/PM", "3/5/2026 2:07 PM"),
            "2026-03-05 14:07:00"
        );
        assert_eq!(
            read("yyyy-MM-dd HH:mm:ss.000", "2026-03-05 14:07:09.25"),
            "2026-03-05 14:07:09.250"
        );
        assert_eq!(
            read("yyyy-MM-ddTHH:mm:ssZ", "2026-03-05T14:07:09Z"),
            "2026-03-05 14:07:09"
        );
        assert_eq!(read("d mmm yyyy", "5 Mar 2026"), "2026-03-05 00:00:00");
        assert_eq!(read("d/m/yyyy H:MM", "31/2/2016 01:16"), "none");
        assert_eq!(read("d/m/yyyy H:MM", "5/3/2016"), "none");
    }

    #[test]
    fn strftime_patterns_and_nonsense() {
        assert_eq!(read("%Y%m%d %H%M", "20260305 1407"), "2026-03-05 14:07:00");
        assert!(TimePattern::new("%Q").is_err());
        assert!(TimePattern::new("d/m/qqqq").is_err());
    }
}
