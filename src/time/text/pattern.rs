//! Compiled time patterns, for reading and writing values.

use chrono::Offset;
use chrono::format::{Item, Numeric, Parsed, StrftimeItems, parse};

use super::clock::half;
use super::cursor::TextCursor;
use super::elements::{LetterCase, NumberElement, NumberPart, PatternElement};
use super::parts::{TimeParts, month_named, put, weekday_at, weekday_named};
use super::written::{ParsedTime, TimeParseError};
use super::zone_text::{ParsedZone, offset, zone};
use super::{percent, postgres, spreadsheet};

/// Dialect of a pattern that has no `%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimePatternDialect {
    /// `DD/MM/YYYY HH24:MI`.
    Postgres,
    /// `dd/mm/yyyy hh:mm`; a pattern with `HH24`, `HH12` or `MI` is `PostgreSQL`'s.
    Spreadsheet,
}

/// Compiled pattern.
#[derive(Debug)]
pub(crate) struct TimePattern {
    pub(super) elements: Vec<PatternElement>,
    /// Items with which chrono writes; set for percent codes.
    pub(super) items: Option<Vec<Item<'static>>>,
}

/// Checks a pattern of percent codes, where only these are known.
///
/// # Errors
/// If it has none, or one that is unknown.
pub(crate) fn check_codes(pattern: &str) -> Result<(), String> {
    if !pattern.contains('%') {
        return Err(format!(
            "takes percent codes, such as '%d.%m.%Y' or '%Y-%m-%d %H:%M', and '{pattern}' has none"
        ));
    }
    TimePattern::of_codes(pattern).map(|_| ())
}

impl TimePattern {
    /// Compiles a pattern; one with `%` has percent codes.
    ///
    /// # Errors
    /// If a letter or code has no meaning, or the pattern has no part of a time.
    pub(crate) fn try_new(pattern: &str, family: TimePatternDialect) -> Result<Self, String> {
        if pattern.contains('%') {
            return Self::of_codes(pattern);
        }
        let elements = match family {
            TimePatternDialect::Spreadsheet if !postgres::is_meant(pattern) => {
                spreadsheet::elements(pattern)?
            }
            _ => postgres::elements(pattern)?,
        };
        if !elements.iter().any(PatternElement::is_known) {
            return Err(format!(
                "the pattern '{pattern}' has nothing of a time in it: write it with YYYY, MM, DD, HH24, \
                 MI, SS as in PostgreSQL or with %Y, %m, %d, %H, %M, %S"
            ));
        }
        Ok(Self {
            elements,
            items: None,
        })
    }

    /// If a code is unknown here, chrono reads the whole pattern.
    fn of_codes(pattern: &str) -> Result<Self, String> {
        let elements = percent::elements(pattern);
        let items = StrftimeItems::new(&percent::with_micros(pattern)).parse_to_owned();
        let items = items.ok().ok_or_else(|| match &elements {
            Err(problem) => problem.clone(),
            Ok(_) => format!("'{pattern}' has an unknown % code"),
        })?;
        Ok(Self {
            elements: elements.unwrap_or_default(),
            items: Some(items),
        })
    }

    /// True if no element is part of a date.
    pub(crate) fn is_of_clock(&self) -> bool {
        use NumberPart::{HalfHour, Hour, Minute, Second, SecondOfDay};
        self.elements.iter().all(|element| match element {
            PatternElement::Number(number) => {
                matches!(number.part, HalfHour | Hour | Minute | Second | SecondOfDay)
            }
            PatternElement::Name(..)
            | PatternElement::Era { .. }
            | PatternElement::Roman { .. } => false,
            _ => true,
        })
    }

    /// Name of an element that can be written but not read.
    pub(crate) fn only_written(&self) -> Option<&'static str> {
        let is_quarter = |item: &Item<'_>| matches!(item, Item::Numeric(Numeric::Quarter, _));
        let by_chrono = || self.items.as_ref()?.iter().find(|item| is_quarter(item));
        let part = self.elements.iter().find_map(PatternElement::only_written);
        part.or_else(|| by_chrono().map(|_| "a quarter"))
    }

    /// Reads `text`, which must fit the pattern as a whole.
    ///
    /// # Errors
    /// If it does not fit, or the date or time does not exist.
    pub(crate) fn read(&self, text: &str) -> Result<ParsedTime, TimeParseError> {
        if let (Some(items), true) = (&self.items, self.elements.is_empty()) {
            return read_by_chrono(items, text.trim());
        }
        let mut cursor = TextCursor::new(text.trim());
        let mut parts = TimeParts::default();
        for (at, element) in self.elements.iter().enumerate() {
            let next = self.elements.get(at + 1);
            let is_joined = next.is_some_and(PatternElement::starts_with_digit);
            step(element, &mut cursor, &mut parts, is_joined).ok_or(TimeParseError::Form)?;
        }
        cursor.skip_blanks();
        if cursor.is_at_end() {
            parts.resolved()
        } else {
            Err(TimeParseError::Form)
        }
    }
}

fn step<'a>(
    element: &PatternElement,
    cursor: &mut TextCursor<'a>,
    parts: &mut TimeParts<'a>,
    is_joined: bool,
) -> Option<()> {
    match element {
        PatternElement::Literal(letter) => cursor.take(&[*letter]).map(|_| ()),
        PatternElement::Blank => {
            cursor.skip_blanks();
            Some(())
        }
        PatternElement::Number(number) => {
            cursor.skip_blanks();
            read_number(*number, cursor, parts, is_joined)
        }
        PatternElement::Name(name, _) if name.is_month => {
            put(&mut parts.month, month_named(cursor.letters())?)
        }
        PatternElement::Name(..) => put(&mut parts.weekday, weekday_named(cursor.letters())?),
        PatternElement::Fraction(_) => put(&mut parts.nanos, cursor.fraction()?),
        PatternElement::PointAndFraction => match cursor.take(&['.', ',']) {
            Some(_) => put(&mut parts.nanos, cursor.fraction()?),
            None => Some(()),
        },
        PatternElement::HalfOfDay { .. } => put(&mut parts.is_pm, half(cursor)?),
        PatternElement::Offset(_) => put(&mut parts.zone, ParsedZone::Offset(offset(cursor)?)),
        PatternElement::Zone(_) => put(&mut parts.zone, zone(cursor)?),
        PatternElement::OffsetPart { is_minutes } => read_offset_part(*is_minutes, cursor, parts),
        PatternElement::Era { .. } => ["AD", "A.D."]
            .into_iter()
            .any(|era| cursor.take_word(era))
            .then_some(()),
        PatternElement::Roman { .. } => None,
    }
}

fn read_offset_part<'a>(
    is_minutes: bool,
    cursor: &mut TextCursor<'a>,
    parts: &mut TimeParts<'a>,
) -> Option<()> {
    match (is_minutes, parts.zone) {
        (true, Some(ParsedZone::Offset(hours))) => {
            let minutes = cursor.number(2).filter(|minutes| *minutes < 60)?;
            let sign = if hours < 0 { -1 } else { 1 };
            let east = hours + sign * i64::from(minutes) * 60;
            parts.zone = Some(ParsedZone::Offset(east));
            Some(())
        }
        (true, _) => None,
        (false, _) => {
            let sign = match cursor.take(&['+', '-'])? {
                '-' => -1,
                _ => 1,
            };
            let hours = cursor.number(2).filter(|hours| *hours < 16)?;
            put(
                &mut parts.zone,
                ParsedZone::Offset(sign * i64::from(hours) * 3_600),
            )
        }
    }
}

fn read_number(
    number: NumberElement,
    cursor: &mut TextCursor<'_>,
    parts: &mut TimeParts<'_>,
    is_joined: bool,
) -> Option<()> {
    let width = number.width;
    match number.part {
        NumberPart::Year => return read_year(cursor, parts, 4, is_joined),
        NumberPart::YearEnd(2) => return read_year(cursor, parts, 2, is_joined),
        NumberPart::IsoYear => {
            return put(&mut parts.iso_year, i32::try_from(cursor.number(4)?).ok()?);
        }
        NumberPart::Epoch => {
            let sign = if cursor.take(&['-']).is_some() { -1 } else { 1 };
            let digits = cursor.digits_ahead();
            let (digits, _) = cursor.rest().split_at(digits);
            let epoch: i64 = digits.parse().ok()?;
            cursor.take_word(digits);
            return put(&mut parts.epoch, sign * epoch);
        }
        _ => {}
    }
    let value = if is_joined {
        cursor.number(width)?
    } else {
        cursor.number_up_to(width)?
    };
    if number.ordinal.is_some() {
        cursor.letters();
    }
    match number.part {
        NumberPart::Month => put(&mut parts.month, value),
        NumberPart::Day => put(&mut parts.day, value),
        NumberPart::DayOfYear => put(&mut parts.day_of_year, value),
        NumberPart::DayFromMonday => {
            let days = usize::try_from(value).ok()?.checked_sub(1)?;
            put(&mut parts.weekday, weekday_at(days)?)
        }
        NumberPart::IsoWeek => put(&mut parts.iso_week, value),
        NumberPart::Hour => put(&mut parts.hour, value),
        NumberPart::HalfHour => put(&mut parts.half_hour, value),
        NumberPart::Minute => put(&mut parts.minute, value),
        NumberPart::Second => put(&mut parts.second, value),
        NumberPart::SecondOfDay => put(&mut parts.second_of_day, value),
        NumberPart::JulianDay => put(&mut parts.julian_day, i32::try_from(value).ok()?),
        // Quarters, centuries and weeks of a month do not determine a date.
        _ => None,
    }
}

/// Year of four digits, or of two for 1970 to 2069.
fn read_year(
    cursor: &mut TextCursor<'_>,
    parts: &mut TimeParts<'_>,
    usual: usize,
    is_joined: bool,
) -> Option<()> {
    let digits = match cursor.digits_ahead() {
        _ if is_joined => usual,
        digits @ (2 | 4) => digits,
        _ => return None,
    };
    let written = i32::try_from(cursor.number(digits)?).ok()?;
    let year = match (digits, written) {
        (2, 0..70) => 2_000 + written,
        (2, _) => 1_900 + written,
        _ => written,
    };
    put(&mut parts.year, year)
}

fn read_by_chrono(items: &[Item<'static>], text: &str) -> Result<ParsedTime, TimeParseError> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, items.iter())
        .ok()
        .ok_or(TimeParseError::Form)?;
    if parsed.hour_mod_12().is_some() && parsed.minute().is_none() {
        parsed.set_minute(0).ok().ok_or(TimeParseError::Form)?;
    }
    let date = parsed
        .to_naive_date()
        .ok()
        .ok_or(TimeParseError::Calendar)?;
    let has_clock = parsed.hour_mod_12().is_some() || parsed.hour_div_12().is_some();
    let time = if has_clock {
        Some(
            parsed
                .to_naive_time()
                .ok()
                .ok_or(TimeParseError::Calendar)?,
        )
    } else {
        None
    };
    let offset = parsed.to_fixed_offset().ok();
    Ok(ParsedTime {
        date: Some(date),
        time,
        offset: offset.map(|offset| i64::from(offset.fix().local_minus_utc())),
    })
}

impl NumberElement {
    pub(super) fn bare(self) -> Self {
        Self {
            is_bare: true,
            ..self
        }
    }

    pub(super) fn with_ordinal(self, case: LetterCase) -> Self {
        Self {
            ordinal: Some(case),
            ..self
        }
    }
}
