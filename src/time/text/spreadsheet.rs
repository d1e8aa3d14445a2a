//! Patterns of spreadsheets: `d/m/yyyy H:MM`.

use super::elements::PatternElement;
use super::percent;

/// Run of one letter in a pattern, or a character between such runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SpreadsheetPatternRun {
    /// Letter in lower case, and its count.
    Letters(char, usize),
    Other(char),
}

/// Elements of a pattern.
///
/// # Errors
/// If a letter has no meaning.
pub(super) fn elements(pattern: &str) -> Result<Vec<PatternElement>, String> {
    let runs = runs(pattern);
    let twelve_hours = runs
        .iter()
        .any(|run| matches!(run, SpreadsheetPatternRun::Letters('a' | 'p' | 't', _)));
    let mut elements: Vec<PatternElement> = Vec::new();
    let mut push = |code: &str| -> Result<(), String> {
        elements.extend(percent::elements(code)?);
        Ok(())
    };
    let mut is_fraction = false;
    for (index, run) in runs.iter().enumerate() {
        match *run {
            SpreadsheetPatternRun::Letters('y', 2) => push("%y")?,
            SpreadsheetPatternRun::Letters('y', _) => push("%Y")?,
            SpreadsheetPatternRun::Letters('d', 1 | 2) => push("%d")?,
            SpreadsheetPatternRun::Letters('d', 3) => push("%a")?,
            SpreadsheetPatternRun::Letters('d', _) => push("%A")?,
            SpreadsheetPatternRun::Letters('m', count) => {
                push(month_or_minute(&runs, index, count))?;
            }
            SpreadsheetPatternRun::Letters('h', _) if twelve_hours => push("%I")?,
            SpreadsheetPatternRun::Letters('h', _) => push("%H")?,
            SpreadsheetPatternRun::Letters('s', 1 | 2) => push("%S")?,
            // In `.000`, `.SSS` and `.fff` the point introduces a fraction.
            SpreadsheetPatternRun::Other('.' | ',') if is_fraction_behind(&runs, index) => {
                is_fraction = true;
                push("%.f")?;
            }
            SpreadsheetPatternRun::Letters('s' | 'f', _) | SpreadsheetPatternRun::Other('0')
                if is_fraction => {}
            SpreadsheetPatternRun::Letters('a' | 't', _) => push("%p")?,
            SpreadsheetPatternRun::Other('/') | SpreadsheetPatternRun::Letters('p', _)
                if after_am(&runs, index) => {}
            SpreadsheetPatternRun::Letters('z' | 'x', _) => push("%z")?,
            SpreadsheetPatternRun::Letters(letter, _) => {
                return Err(format!(
                    "{pattern:?} is not a time pattern: {letter:?} has no meaning in it; use d, m, \
                     y, h, MM after the hour for minutes, s, AM/PM, Z for an offset"
                ));
            }
            SpreadsheetPatternRun::Other(blank) if blank.is_whitespace() => push(" ")?,
            SpreadsheetPatternRun::Other(other) => push(&other.to_string())?,
        }
    }
    Ok(elements)
}

fn runs(pattern: &str) -> Vec<SpreadsheetPatternRun> {
    let mut runs: Vec<SpreadsheetPatternRun> = Vec::new();
    for letter in pattern.chars() {
        let lower = letter.to_ascii_lowercase();
        // An upper-case T matches itself, as in 2026-01-31T10:00:00; Java quotes such letters.
        if letter == '\'' || letter == '"' {
            continue;
        }
        if !letter.is_ascii_alphabetic() || letter == 'T' {
            runs.push(SpreadsheetPatternRun::Other(letter));
            continue;
        }
        match (runs.last_mut(), lower) {
            // AM and PM are one mark.
            (Some(SpreadsheetPatternRun::Letters('a' | 'p', _)), 'm') => {}
            (Some(SpreadsheetPatternRun::Letters(last, count)), _) if *last == lower => *count += 1,
            _ => runs.push(SpreadsheetPatternRun::Letters(lower, 1)),
        }
    }
    runs
}

/// M is a minute after an hour or before a second, as in spreadsheets; otherwise a month.
fn month_or_minute(runs: &[SpreadsheetPatternRun], index: usize, count: usize) -> &'static str {
    let letter = |run: &SpreadsheetPatternRun| match run {
        SpreadsheetPatternRun::Letters(letter, _) => Some(*letter),
        SpreadsheetPatternRun::Other(_) => None,
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

fn is_fraction_behind(runs: &[SpreadsheetPatternRun], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|index| runs.get(index));
    let is_second = matches!(before, Some(SpreadsheetPatternRun::Letters('s', _)));
    let behind = runs.get(index + 1);
    is_second
        && matches!(
            behind,
            Some(SpreadsheetPatternRun::Letters('s' | 'f', _) | SpreadsheetPatternRun::Other('0'))
        )
}

fn after_am(runs: &[SpreadsheetPatternRun], index: usize) -> bool {
    let am = |run: Option<&SpreadsheetPatternRun>| {
        matches!(run, Some(SpreadsheetPatternRun::Letters('a', _)))
    };
    let slash = |run: Option<&SpreadsheetPatternRun>| {
        matches!(run, Some(SpreadsheetPatternRun::Other('/')))
    };
    let last = index.checked_sub(1).and_then(|index| runs.get(index));
    let before_last = index.checked_sub(2).and_then(|index| runs.get(index));
    am(last) || (slash(last) && am(before_last))
}
