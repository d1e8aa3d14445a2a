//! Writing of times with a pattern.

use std::fmt::Write;

use chrono::{Datelike, FixedOffset, NaiveDateTime, TimeZone, Timelike};

use super::elements::{
    LetterCase, NameElement, NumberElement, NumberPart as Part, OffsetForm, PatternElement,
};
use super::parts::{MONTHS, WEEKDAYS};
use super::pattern::TimePattern;

/// Local time with its offset and zone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocalTimeInZone<'a> {
    pub(crate) wall: NaiveDateTime,
    /// Seconds east of UTC.
    pub(crate) offset: i64,
    /// Name of the zone; `None` for times without one.
    pub(crate) zone: Option<&'a str>,
}

impl TimePattern {
    /// Time as text; `None` if chrono cannot write it.
    pub(crate) fn write(&self, shown: &LocalTimeInZone<'_>) -> Option<String> {
        let mut out = String::new();
        if let Some(items) = &self.items {
            let offset = FixedOffset::east_opt(i32::try_from(shown.offset).ok()?)?;
            let time = offset.from_local_datetime(&shown.wall).single()?;
            write!(out, "{}", time.format_with_items(items.iter())).ok()?;
            return Some(out);
        }
        for element in &self.elements {
            write_element(&mut out, element, shown).ok()?;
        }
        Some(out)
    }
}

fn write_element(
    out: &mut String,
    element: &PatternElement,
    shown: &LocalTimeInZone<'_>,
) -> std::fmt::Result {
    let wall = &shown.wall;
    match element {
        PatternElement::Literal(letter) => out.write_char(*letter),
        PatternElement::Blank => out.write_char(' '),
        PatternElement::Number(number) => write_number(out, *number, wall),
        PatternElement::Name(name, case) => write_name(out, *name, *case, wall),
        PatternElement::Fraction(digits) => {
            let nanos = format!("{:09}", wall.nanosecond() % 1_000_000_000);
            out.write_str(&nanos[..*digits])
        }
        PatternElement::PointAndFraction => write!(out, ".{:06}", wall.nanosecond() / 1_000),
        PatternElement::HalfOfDay { case, has_points } => {
            let half = if wall.hour() < 12 { "AM" } else { "PM" };
            write_mark(out, half, *case, *has_points)
        }
        PatternElement::Era { case, has_points } => {
            let era = if wall.year() > 0 { "AD" } else { "BC" };
            write_mark(out, era, *case, *has_points)
        }
        PatternElement::Offset(form) => write_offset(out, *form, shown.offset),
        PatternElement::OffsetPart { is_minutes } => {
            let minutes = shown.offset.abs() / 60;
            if *is_minutes {
                write!(out, "{:02}", minutes % 60)
            } else {
                write!(out, "{}{:02}", sign(shown.offset), minutes / 60)
            }
        }
        PatternElement::Zone(case) => out.write_str(&case.apply(shown.zone.unwrap_or_default())),
        PatternElement::Roman { case, is_padded } => {
            let month = ROMAN.get(month_index(wall)).copied().unwrap_or_default();
            let width = if *is_padded { 4 } else { 0 };
            write!(out, "{:<width$}", case.apply(month))
        }
    }
}

const ROMAN: [&str; 12] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
];

fn month_index(wall: &NaiveDateTime) -> usize {
    usize::try_from(wall.month0()).unwrap_or_default()
}

fn write_mark(
    out: &mut String,
    mark: &str,
    case: LetterCase,
    has_points: bool,
) -> std::fmt::Result {
    for letter in case.apply(mark).chars() {
        out.write_char(letter)?;
        if has_points {
            out.write_char('.')?;
        }
    }
    Ok(())
}

fn write_name(
    out: &mut String,
    name: NameElement,
    case: LetterCase,
    wall: &NaiveDateTime,
) -> std::fmt::Result {
    let whole = if name.is_month {
        MONTHS.get(month_index(wall))
    } else {
        let days = wall.weekday().num_days_from_monday();
        WEEKDAYS.get(usize::try_from(days).unwrap_or_default())
    };
    let whole = whole.copied().unwrap_or_default();
    let text = case.apply(if name.is_short { &whole[..3] } else { whole });
    if name.is_padded {
        write!(out, "{text:<9}")
    } else {
        out.write_str(&text)
    }
}

fn sign(offset: i64) -> char {
    if offset < 0 { '-' } else { '+' }
}

fn write_offset(out: &mut String, form: OffsetForm, offset: i64) -> std::fmt::Result {
    let minutes = offset.abs() / 60;
    write!(out, "{}{:02}", sign(offset), minutes / 60)?;
    match form {
        OffsetForm::Short if minutes % 60 == 0 => Ok(()),
        OffsetForm::Short | OffsetForm::Colon => write!(out, ":{:02}", minutes % 60),
        OffsetForm::Digits => write!(out, "{:02}", minutes % 60),
    }
}

fn write_number(out: &mut String, number: NumberElement, wall: &NaiveDateTime) -> std::fmt::Result {
    let value = value_of(number.part, wall);
    let is_bare = number.is_bare || number.part == Part::SecondOfDay;
    let width = if is_bare { 0 } else { number.width };
    match number.part {
        Part::YearWithComma => {
            let (thousands, rest) = (value / 1_000, value % 1_000);
            write!(out, "{thousands},{rest:03}")?;
        }
        _ => write!(out, "{value:0width$}")?,
    }
    match number.ordinal {
        Some(case) => out.write_str(&case.apply(ordinal(value))),
        None => Ok(()),
    }
}

fn ordinal(value: i64) -> &'static str {
    match (value % 100, value % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

fn value_of(part: Part, wall: &NaiveDateTime) -> i64 {
    let week = wall.iso_week();
    let end = |year: i32, digits: usize| i64::from(year) % [10, 100, 1_000][digits.clamp(1, 3) - 1];
    match part {
        Part::Year | Part::YearWithComma => wall.year().into(),
        Part::YearEnd(digits) => end(wall.year(), digits),
        Part::IsoYear => week.year().into(),
        Part::IsoYearEnd(digits) => end(week.year(), digits),
        Part::Century => i64::from((wall.year() - 1).div_euclid(100) + 1),
        Part::Quarter => i64::from(wall.month0() / 3 + 1),
        Part::Month => wall.month().into(),
        Part::Day => wall.day().into(),
        Part::DayOfYear => wall.ordinal().into(),
        Part::IsoDayOfYear => {
            let monday = i64::from(week.week() - 1) * 7;
            monday + i64::from(wall.weekday().number_from_monday())
        }
        Part::DayFromSunday => wall.weekday().number_from_sunday().into(),
        Part::DayFromMonday => wall.weekday().number_from_monday().into(),
        Part::WeekOfMonth => i64::from((wall.day() - 1) / 7 + 1),
        Part::WeekOfYear => i64::from((wall.ordinal() - 1) / 7 + 1),
        Part::IsoWeek => week.week().into(),
        Part::Hour => wall.hour().into(),
        Part::HalfHour => wall.hour12().1.into(),
        Part::Minute => wall.minute().into(),
        Part::Second => wall.second().into(),
        Part::SecondOfDay => wall.num_seconds_from_midnight().into(),
        Part::JulianDay => i64::from(wall.num_days_from_ce()) + 1_721_425,
        Part::Epoch => wall.and_utc().timestamp(),
    }
}
