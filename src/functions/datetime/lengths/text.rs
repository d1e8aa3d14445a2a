//! Lengths of time as text, in the forms of people, `PostgreSQL`, DuckDB, ISO 8601 and deskql itself.
//!
//! `90 minutes`, `1h30m`, `2 days 02:30:00`, `-1 day -01:00:00`, `00:05:30`, `1 mons 36 hours`, `1-2` (a
//! year and two months), `3 days ago`, `P1DT2H30M`, `PT181800S`. A sign belongs to the number or `hh:mm:ss`
//! group behind it.

use arrow::datatypes::IntervalMonthDayNano;

use super::units::LengthUnit;
use crate::functions::kernels::lengths::{DAY, MONTH};

/// Number of digits of a fraction that are used.
const DIGITS: usize = 15;
const ONE: i128 = 1_000_000_000_000_000;

/// Parses a length; a number without a unit at the end of `text` is in `bare`. `None` if `text` is not a
/// length or does not fit.
pub(crate) fn read(text: &str, bare: LengthUnit) -> Option<IntervalMonthDayNano> {
    let text = text.trim().to_lowercase();
    let (text, is_ago) = match text.strip_suffix("ago") {
        Some(before) if before.ends_with([' ', '\t']) => (before.trim_end(), true),
        _ => (text.as_str(), false),
    };
    let sum = if text.trim_start_matches(['+', '-']).starts_with('p') {
        iso(text)?
    } else {
        words(text.trim_start_matches('@'), bare)?
    };
    sum.interval(is_ago)
}

/// Sum of the parts parsed so far.
#[derive(Debug, Default)]
struct ParsedInterval {
    months: i128,
    days: i128,
    nanoseconds: i128,
}

/// A number before a unit: its whole part, and its fraction in parts of [`ONE`], both signed.
#[derive(Debug, Clone, Copy)]
struct IntervalAmount {
    whole: i128,
    fraction: i128,
}

impl ParsedInterval {
    /// Adds an amount. Fractions of a month or day are carried to smaller fields, a month as 30 days; years
    /// give whole months.
    fn add(&mut self, amount: IntervalAmount, unit: LengthUnit) {
        let day = i128::from(DAY);
        let IntervalAmount { whole, fraction } = amount;
        match unit {
            LengthUnit::Months(size) if size >= 12 => {
                let size = i128::from(size);
                self.months += whole * size
                    + crate::functions::kernels::lengths::rounded(fraction * size, ONE);
            }
            LengthUnit::Months(size) => {
                let part = fraction * i128::from(size);
                self.months += whole * i128::from(size) + part / ONE;
                let days = part % ONE * i128::from(MONTH);
                self.days += days / ONE;
                self.nanoseconds +=
                    crate::functions::kernels::lengths::rounded(days % ONE * day, ONE);
            }
            LengthUnit::Days(size) => {
                let part = fraction * i128::from(size);
                self.days += whole * i128::from(size) + part / ONE;
                self.nanoseconds +=
                    crate::functions::kernels::lengths::rounded(part % ONE * day, ONE);
            }
            LengthUnit::Nanoseconds(size) => {
                let size = i128::from(size);
                self.nanoseconds += whole * size
                    + crate::functions::kernels::lengths::rounded(fraction * size, ONE);
            }
        }
    }

    fn interval(self, is_ago: bool) -> Option<IntervalMonthDayNano> {
        let sign = if is_ago { -1 } else { 1 };
        Some(IntervalMonthDayNano::new(
            i32::try_from(sign * self.months).ok()?,
            i32::try_from(sign * self.days).ok()?,
            i64::try_from(sign * self.nanoseconds).ok()?,
        ))
    }
}

/// Text that is not parsed yet.
struct IntervalTextCursor<'a>(&'a str);

impl<'a> IntervalTextCursor<'a> {
    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !wanted(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    fn skip(&mut self, character: char) -> bool {
        let rest = self.0.strip_prefix(character);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Consumes the sign of a number or `hh:mm:ss` group: true for minus.
    fn is_negative(&mut self) -> bool {
        let is_negative = self.0.starts_with('-');
        if is_negative || self.0.starts_with('+') {
            self.0 = self.0[1..].trim_start();
        }
        is_negative
    }

    fn digits(&mut self) -> &'a str {
        self.take(|c| c.is_ascii_digit())
    }

    /// Consumes digits with or without a point, as an amount without a sign; the flag is true if there is a
    /// point.
    fn amount(&mut self) -> Option<(IntervalAmount, bool)> {
        let whole = self.digits();
        let has_point = self.skip('.');
        let fraction = if has_point { self.digits() } else { "" };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let whole = if whole.is_empty() { "0" } else { whole };
        let whole = i128::from(whole.parse::<i64>().ok()?);
        Some((
            IntervalAmount {
                whole,
                fraction: part(fraction)?,
            },
            has_point,
        ))
    }

    fn at_end_of_word(&self) -> bool {
        let next = self.0.chars().next();
        next.is_none_or(|c| c.is_whitespace() || c == ',')
    }

    /// True if digits and a colon follow, perhaps after a sign.
    fn starts_clock(&self) -> bool {
        let rest = self.0.trim_start_matches(['+', '-', ' ']);
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        after.len() < rest.len() && after.starts_with(':')
    }
}

/// Digits behind a point as a fraction in parts of [`ONE`]; those beyond [`DIGITS`] are truncated.
fn part(digits: &str) -> Option<i128> {
    let kept = &digits[..digits.len().min(DIGITS)];
    format!("{kept:0<DIGITS$}").parse().ok()
}

fn signed(amount: IntervalAmount, is_negative: bool) -> IntervalAmount {
    if is_negative {
        IntervalAmount {
            whole: -amount.whole,
            fraction: -amount.fraction,
        }
    } else {
        amount
    }
}

/// Parses numbers with units and an `hh:mm:ss` group, in any order.
fn words(text: &str, bare: LengthUnit) -> Option<ParsedInterval> {
    let mut sum = ParsedInterval::default();
    let mut rest = IntervalTextCursor(text);
    let mut is_empty = true;
    loop {
        rest.take(|c| c.is_whitespace() || c == ',');
        if rest.0.is_empty() {
            return (!is_empty).then_some(sum);
        }
        is_empty = false;
        let is_negative = rest.is_negative();
        let (amount, has_point) = rest.amount()?;
        if !has_point && rest.skip(':') {
            let nanoseconds = clock(amount.whole, &mut rest)?;
            sum.nanoseconds += if is_negative {
                -nanoseconds
            } else {
                nanoseconds
            };
            continue;
        }
        let amount = signed(amount, is_negative);
        if !has_point && rest.skip('-') {
            let months: i128 = rest.digits().parse().ok().filter(|months| *months < 12)?;
            sum.months += amount.whole * 12 + if is_negative { -months } else { months };
            rest.at_end_of_word().then_some(())?;
            continue;
        }
        rest.take(char::is_whitespace);
        let word = rest.take(char::is_alphabetic);
        let unit = match word {
            "" if rest.starts_clock() => LengthUnit::Days(1),
            "" if rest.0.is_empty() => bare,
            word => LengthUnit::named(word)?,
        };
        sum.add(amount, unit);
    }
}

/// Parses minutes and seconds behind the hours and a colon; returns the total in nanoseconds.
fn clock(hours: i128, rest: &mut IntervalTextCursor<'_>) -> Option<i128> {
    let sixty = |text: &str| {
        let value: i128 = text.parse().ok()?;
        (text.len() <= 2 && value < 60).then_some(value)
    };
    let minutes = sixty(rest.digits())?;
    let mut nanoseconds = (hours * 60 + minutes) * 60_000_000_000;
    if rest.skip(':') {
        nanoseconds += sixty(rest.digits())? * 1_000_000_000;
        if rest.skip('.') {
            nanoseconds += crate::functions::kernels::lengths::rounded(
                part(rest.digits())? * 1_000_000_000,
                ONE,
            );
        }
    }
    rest.at_end_of_word().then_some(nanoseconds)
}

/// Parses `P1Y2M3DT4H5M6.5S`, with a sign before all of it or before any number.
fn iso(text: &str) -> Option<ParsedInterval> {
    let mut rest = IntervalTextCursor(text);
    let is_negative = rest.is_negative();
    rest.skip('p');
    let mut sum = ParsedInterval::default();
    let (mut is_time, mut is_empty) = (false, true);
    while !rest.0.is_empty() {
        if !is_time && rest.skip('t') {
            is_time = true;
            continue;
        }
        let own = rest.is_negative();
        let (amount, _) = rest.amount()?;
        let letter = rest.take(char::is_alphabetic);
        // The T directly follows the letter of a date.
        let (letter, tail) = letter.split_at(letter.chars().next()?.len_utf8());
        let unit = LengthUnit::from_iso_letter(letter.chars().next()?, is_time)?;
        match tail {
            "" => {}
            "t" if !is_time => is_time = true,
            _ => return None,
        }
        sum.add(signed(amount, own != is_negative), unit);
        is_empty = false;
    }
    (!is_empty).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    #[track_caller]
    fn is(text: &str, months: i32, days: i32, nanoseconds: i64) {
        let read = read(text, LengthUnit::SECOND);
        let wanted = IntervalMonthDayNano::new(months, days, nanoseconds);
        assert_eq!(read, Some(wanted), "{text}");
    }

    #[test]
    fn words_and_clocks_are_read() {
        is("90 minutes", 0, 0, 5_400 * SECOND);
        is("1h30m", 0, 0, 5_400 * SECOND);
        is("00:05:30", 0, 0, 330 * SECOND);
        is("2 days 02:30:00", 0, 2, 9_000 * SECOND);
        is("2 02:30", 0, 2, 9_000 * SECOND);
        is("-1 day -01:00:00", 0, -1, -3_600 * SECOND);
        is("-1 day, 23:00:00", 0, -1, 82_800 * SECOND);
        is(
            "1 mons 2 days 3 hours 4 mins 5.500000000 secs",
            1,
            2,
            11_045_500_000_000,
        );
        is("1-2", 14, 0, 0);
        is("-1-2", -14, 0, 0);
        is("1 year 3 days ago", -12, -3, 0);
        is("1y 2mo 3d 04:05:06", 14, 3, 14_706 * SECOND);
        is("30", 0, 0, 30 * SECOND);
        is("-00:00:00.5", 0, 0, -SECOND / 2);
        is("1.5 months", 1, 15, 0);
        is("1.25 days", 0, 1, 21_600 * SECOND);
        is("1.5 years", 18, 0, 0);
        is("1.000000001 s", 0, 0, SECOND + 1);
        is("500:00:00", 0, 0, 1_800_000 * SECOND);
    }

    #[test]
    fn iso_is_read() {
        is("PT181800S", 0, 0, 181_800 * SECOND);
        is("P1Y2M3DT4H5M6.5S", 14, 3, 14_706_500_000_000);
        is("P2W", 0, 14, 0);
        is("-PT1H", 0, 0, -3_600 * SECOND);
        is("PT-0.5S", 0, 0, -SECOND / 2);
    }

    #[test]
    fn what_says_no_length_is_none() {
        for text in [
            "",
            "soon",
            "1 soon",
            "1:60",
            "1:2:3:4",
            "1 2 days x",
            "P",
            "PT",
            "P1H",
            "1,5 x",
            "--1 day",
            "1 day 2",
            "99999999999 years",
            "2026-01-01",
            "1:30pm",
            "1:02 hours",
        ] {
            // A last number without a unit is in seconds, so "1 day 2" is a length.
            let wanted = (text == "1 day 2").then(|| IntervalMonthDayNano::new(0, 1, 2 * SECOND));
            assert_eq!(read(text, LengthUnit::SECOND), wanted, "{text}");
        }
    }
}
