//! Days that differ from their weekday: holidays, half days, special openings.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Datelike, Month, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::hours::{DayHours, WeekHours};

/// First year of dates in a calendar; before it and after the last, every 400 years are alike.
pub(crate) const FIRST_YEAR: i32 = 1800;
/// Last year of dates in a calendar.
pub(crate) const LAST_YEAR: i32 = 2199;

/// Days that an entry applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DayRule {
    /// One date.
    Date(NaiveDate),
    /// Same month and day of every year that has it.
    Yearly(MonthDay),
    /// Weekday of a month, such as the last Monday of May.
    Nth(NthWeekday),
}

/// Month and day of the month, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthDay {
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

/// Numbered weekday of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NthWeekday {
    /// 1 to 5, or -1 to -5 counted from the end of the month.
    pub nth: i8,
    /// Weekday.
    pub weekday: Weekday,
    /// 1 to 12.
    pub month: u32,
}

impl TryFrom<String> for DayRule {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<DayRule> for String {
    fn from(days: DayRule) -> Self {
        days.to_string()
    }
}

/// Writes the form that [`DayRule::parse`] reads.
impl fmt::Display for DayRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{date}"),
            Self::Yearly(MonthDay { month, day }) => write!(f, "{month:02}-{day:02}"),
            Self::Nth(rule) => rule.fmt(f),
        }
    }
}

impl DayRule {
    /// Reads `2026-12-25`, `12-25`, or words such as `last monday of may`.
    ///
    /// # Errors
    /// If the text is invalid; the message does not name its position, which the caller adds.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return match date.year() {
                FIRST_YEAR..=LAST_YEAR => Ok(Self::Date(date)),
                _ => Err(format!(
                    "{text} is not between {FIRST_YEAR} and {LAST_YEAR}"
                )),
            };
        }
        month_day(text)
            .map(Self::Yearly)
            .or_else(|| nth_weekday(text).map(Self::Nth))
            .ok_or_else(|| {
                format!(
                    "{text:?} is no day; write a date (\"2026-12-25\"), a day of every year \
                     (\"12-25\") or \"last monday of may\""
                )
            })
    }

    /// Day of the rule in a year; `None` if that year has none.
    pub(crate) fn in_year(self, year: i32) -> Option<NaiveDate> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        let mut days = first.iter_days().take_while(|day| day.year() == year);
        days.find(|day| self.has(*day))
    }

    fn has(self, date: NaiveDate) -> bool {
        match self {
            Self::Date(own) => own == date,
            Self::Yearly(own) => own.month == date.month() && own.day == date.day(),
            Self::Nth(own) => own.has(date),
        }
    }
}

fn month_day(text: &str) -> Option<MonthDay> {
    let (month, day) = text.split_once('-')?;
    let two = |part: &str| -> Option<u32> {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse().ok())?
    };
    let (month, day) = (two(month)?, two(day)?);
    // 2000 has a 29 February.
    NaiveDate::from_ymd_opt(2000, month, day)?;
    Some(MonthDay { month, day })
}

/// `first monday of september`, `4th thursday of november`, `last monday of may`.
fn nth_weekday(text: &str) -> Option<NthWeekday> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let [nth, weekday, "of" | "in", month] = words[..] else {
        return None;
    };
    let nth = match nth {
        "first" | "1st" => 1,
        "second" | "2nd" => 2,
        "third" | "3rd" => 3,
        "fourth" | "4th" => 4,
        "fifth" | "5th" => 5,
        "last" => -1,
        _ => return None,
    };
    let month: Month = month.parse().ok()?;
    Some(NthWeekday {
        nth,
        weekday: weekday.parse().ok()?,
        month: month.number_from_month(),
    })
}

impl fmt::Display for NthWeekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nth = match self.nth {
            1 => "first",
            2 => "second",
            3 => "third",
            4 => "fourth",
            5 => "fifth",
            _ => "last",
        };
        let month = u8::try_from(self.month).ok();
        let month = month.and_then(|month| Month::try_from(month).ok());
        let month = month.map_or("?", |month| month.name());
        write!(f, "{nth} {} of {month}", self.weekday)
    }
}

impl NthWeekday {
    fn has(self, date: NaiveDate) -> bool {
        if date.weekday() != self.weekday || date.month() != self.month {
            return false;
        }
        let from_start = date.day().div_ceil(7);
        let days_left = u32::from(date.num_days_in_month()) - date.day();
        let from_end = days_left / 7 + 1;
        match self.nth {
            nth @ 1.. => from_start == u32::from(nth.unsigned_abs()),
            nth => from_end == u32::from(nth.unsigned_abs()),
        }
    }
}

/// Hours of special days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialDayEntry {
    /// Days that the entry applies to.
    pub days: DayRule,
    /// First year of a yearly rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_year: Option<i32>,
    /// Last year of a yearly rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_year: Option<i32>,
    /// Hours of these days; empty if closed.
    pub hours: DayHours,
}

impl SpecialDayEntry {
    pub(crate) fn has(&self, date: NaiveDate) -> bool {
        self.from_year.is_none_or(|year| year <= date.year())
            && self.to_year.is_none_or(|year| date.year() <= year)
            && self.days.has(date)
    }
}

/// Entries of one kind; dated ones are indexed by their date.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<SpecialDayEntry>", into = "Vec<SpecialDayEntry>")]
struct SpecialDayEntries {
    dated: BTreeMap<NaiveDate, Vec<DayHours>>,
    yearly: Vec<SpecialDayEntry>,
}

impl From<Vec<SpecialDayEntry>> for SpecialDayEntries {
    fn from(all: Vec<SpecialDayEntry>) -> Self {
        let mut entries = Self::default();
        for entry in all {
            entries.add(entry);
        }
        entries
    }
}

impl From<SpecialDayEntries> for Vec<SpecialDayEntry> {
    fn from(entries: SpecialDayEntries) -> Self {
        let dated = entries.dated.into_iter();
        let dated = dated.flat_map(|(date, all)| all.into_iter().map(move |hours| (date, hours)));
        let dated = dated.map(|(date, hours)| SpecialDayEntry {
            days: DayRule::Date(date),
            from_year: None,
            to_year: None,
            hours,
        });
        dated.chain(entries.yearly).collect()
    }
}

impl SpecialDayEntries {
    fn add(&mut self, entry: SpecialDayEntry) {
        match entry.days {
            DayRule::Date(date) => self.dated.entry(date).or_default().push(entry.hours),
            _ => self.yearly.push(entry),
        }
    }

    fn len(&self) -> usize {
        self.dated.len() + self.yearly.len()
    }

    fn dated(&self, date: NaiveDate) -> impl Iterator<Item = &DayHours> {
        self.dated.get(&date).into_iter().flatten()
    }

    fn yearly(&self, date: NaiveDate) -> impl Iterator<Item = &DayHours> {
        let own = self.yearly.iter().filter(move |entry| entry.has(date));
        own.map(|entry| &entry.hours)
    }
}

/// Days of a calendar that differ from their weekday.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialDays {
    holidays: SpecialDayEntries,
    openings: SpecialDayEntries,
}

impl SpecialDays {
    /// Adds a day whose hours replace the regular ones.
    ///
    /// A date overrides a yearly rule; of several entries of the same kind, the intersection
    /// applies.
    pub fn add_holiday(&mut self, entry: SpecialDayEntry) {
        self.holidays.add(entry);
    }

    /// Adds a day that is also open at these hours, holiday or not.
    pub fn add_opening(&mut self, entry: SpecialDayEntry) {
        self.openings.add(entry);
    }

    /// Number of entries that close or shorten a day.
    #[must_use]
    pub fn holidays(&self) -> usize {
        self.holidays.len()
    }

    /// Number of entries that add open hours to a day.
    #[must_use]
    pub fn openings(&self) -> usize {
        self.openings.len()
    }

    /// Hours of a date.
    pub(crate) fn hours(&self, date: NaiveDate, week: &WeekHours) -> DayHours {
        let all = |one: DayHours, other: DayHours| one.intersection(&other);
        let holiday = self.holidays.dated(date).cloned().reduce(all);
        let holiday = holiday.or_else(|| self.holidays.yearly(date).cloned().reduce(all));
        let hours = holiday.unwrap_or_else(|| week.on_weekday(date.weekday()).clone());
        let openings = self.openings.dated(date).chain(self.openings.yearly(date));
        openings.fold(hours, |hours, more| hours.union(more))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(rule: &str, date: &str) -> bool {
        let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").unwrap();
        DayRule::parse(rule).unwrap().has(date)
    }

    #[test]
    fn rules_find_their_days() {
        assert!(has("12-25", "2026-12-25") && !has("12-25", "2026-12-26"));
        // Memorial Day, Labor Day and Thanksgiving of 2026.
        assert!(has("last monday of may", "2026-05-25"));
        assert!(!has("last monday of may", "2026-05-18"));
        assert!(has("First Monday of September", "2026-09-07"));
        assert!(has("4th thursday of november", "2026-11-26"));
        assert!(has("fifth friday of may", "2026-05-29"));
        assert!(has("02-29", "2028-02-29"));
        let wrong = [
            "25-12",
            "2026-02-30",
            "noday",
            "6th monday of may",
            "1-1",
            "1776-07-04",
        ];
        for wrong in wrong {
            assert!(DayRule::parse(wrong).is_err(), "{wrong}");
        }
    }
}
