//! Groups of digits that are dates, times or addresses of computers, and no phone numbers.

use super::number_run::NumberRun;

/// The number of groups from `place` that are a date (`31.01.2026`, `2026-01-31`, `01/2026`, `31012026`), a range of times
/// (`08.00-16.30`) or an IP address.
pub(super) fn dated_groups(run: &NumberRun<'_>, place: usize) -> Option<usize> {
    let group = |offset: usize| Some(run.groups().get(place + offset)?.digits.as_str());
    let separator = |offset: usize| run.separator(place + offset);
    let first = group(0)?;
    if is_address(run, place) || is_range_of_times(run, place) {
        return Some(4);
    }
    if let (Some(second), Some(third)) = (group(1), group(2)) {
        let same = separator(0) == separator(1);
        if same && is_date_separator(separator(0)) && is_whole_date(first, second, third) {
            return Some(3);
        }
        // Phone numbers of France are five groups of two: a short date stands alone.
        let alone = separator(2) != separator(0) && run.separator_before(place) != separator(0);
        let short = third.len() == 2 && separator(0) != " " && is_day_of_year(first, second);
        if same && alone && short && is_date_separator(separator(0)) {
            return Some(3);
        }
    }
    if let Some(second) = group(1) {
        let alone = separator(1) != separator(0) && run.separator_before(place) != separator(0);
        let month = is_month(first) && is_year(second) || is_year(first) && is_month(second);
        if alone && separator(0) != " " && is_date_separator(separator(0)) && month {
            return Some(2);
        }
        if separator(0) == "-" && is_full_time(first) && is_full_time(second) {
            return Some(2);
        }
    }
    is_compact_date(first).then_some(1)
}

fn is_date_separator(separator: &str) -> bool {
    matches!(separator, "." | "-" | "/" | " " | "\u{A0}")
}

fn is_whole_date(first: &str, second: &str, third: &str) -> bool {
    is_day_of_year(first, second) && is_year(third)
        || is_year(first) && is_month(second) && is_day(third)
}

fn is_day_of_year(first: &str, second: &str) -> bool {
    is_day(first) && is_month(second) || is_month(first) && is_day(second)
}

fn is_day(digits: &str) -> bool {
    digits.len() <= 2 && (1..=31).contains(&value(digits))
}

fn is_month(digits: &str) -> bool {
    digits.len() <= 2 && (1..=12).contains(&value(digits))
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (1900..=2199).contains(&value(digits))
}

/// `31012026`, `01312026` or `20260131`.
fn is_compact_date(digits: &str) -> bool {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    digits.len() == 8
        && (is_whole_date(part(0, 2), part(2, 4), part(4, 8))
            || is_whole_date(part(0, 4), part(4, 6), part(6, 8)))
}

/// `0830`, as in `0830-1700`: minutes are whole quarters.
fn is_full_time(digits: &str) -> bool {
    let (hours, minutes) = digits.split_at_checked(2).unwrap_or_default();
    digits.len() == 4 && value(hours) <= 24 && matches!(minutes, "00" | "15" | "30" | "45")
}

/// `08.00-16.30` and `8.00 - 16.30`.
fn is_range_of_times(run: &NumberRun<'_>, place: usize) -> bool {
    let times = run.groups().get(place..place + 4).unwrap_or_default();
    let between = run.separator(place + 1);
    let [from, minute, to, last] = times else {
        return false;
    };
    run.separator(place) == "."
        && run.separator(place + 2) == "."
        && between.contains(['-', '–'])
        && [from, to]
            .iter()
            .all(|hour| hour.digits.len() <= 2 && value(&hour.digits) <= 24)
        && [minute, last]
            .iter()
            .all(|minute| minute.digits.len() == 2 && value(&minute.digits) < 60)
}

/// `192.168.0.1`, and versions of four parts.
fn is_address(run: &NumberRun<'_>, place: usize) -> bool {
    let parts = run.groups().get(place..place + 4).unwrap_or_default();
    parts.len() == 4
        && parts
            .iter()
            .all(|part| part.digits.len() <= 3 && value(&part.digits) <= 255)
        && (0..3).all(|offset| run.separator(place + offset) == ".")
        && run.separator(place + 3) != "."
        && run.separator_before(place) != "."
}

/// The number that few digits make; the largest where they are too many.
fn value(digits: &str) -> u32 {
    digits.parse().unwrap_or(u32::MAX)
}
