//! Holidays from an iCalendar file.

use chrono::{Datelike, Days as Count, NaiveDate, Weekday};
use ical::parser::ical::component::IcalEvent;
use ical::property::Property;

use super::hours::DayHours;
use super::special::{DayRule, LAST_YEAR, MonthDay, NthWeekday, SpecialDayEntry};

/// Longest event that counts as holidays, in days.
const LONGEST: i64 = 366;

/// Days that the all-day events of a file close: dates, and yearly rules for events that recur
/// every year. Cancelled events are skipped.
///
/// # Errors
/// If the text is not an iCalendar, or an event does not consist of whole days; the message has its
/// UID.
pub(crate) fn holidays(text: &str) -> Result<Vec<SpecialDayEntry>, String> {
    let mut entries = Vec::new();
    let mut calendars = 0;
    for calendar in ical::IcalParser::new(text.as_bytes()) {
        let calendar = calendar.map_err(|error| format!("not an iCalendar file: {error}"))?;
        calendars += 1;
        for event in &calendar.events {
            let event = HolidayEvent(event);
            let of_event = event.holidays();
            entries
                .extend(of_event.map_err(|problem| format!("event {}: {problem}", event.name()))?);
        }
    }
    match calendars {
        0 => Err("not an iCalendar file: there is no VCALENDAR in it".to_owned()),
        _ => Ok(entries),
    }
}

struct HolidayEvent<'a>(&'a IcalEvent);

impl HolidayEvent<'_> {
    fn property(&self, name: &str) -> Option<&Property> {
        self.0
            .properties
            .iter()
            .find(|property| property.name == name)
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.property(name)?.value.as_deref()
    }

    /// UID of the event, else its title.
    fn name(&self) -> String {
        let name = self.value("UID").or_else(|| self.value("SUMMARY"));
        format!("{:?}", name.unwrap_or("without UID"))
    }

    fn holidays(&self) -> Result<Vec<SpecialDayEntry>, String> {
        if self.value("STATUS") == Some("CANCELLED") {
            return Ok(Vec::new());
        }
        for unknown in ["RECURRENCE-ID", "EXRULE", "RDATE"] {
            if self.property(unknown).is_some() {
                return Err(format!(
                    "{unknown} is not understood; write the days into the toml"
                ));
            }
        }
        let start = self.value("DTSTART").ok_or("there is no DTSTART")?;
        let first = date(start).ok_or_else(|| not_whole_days("DTSTART", start))?;
        let days = self.length(first)?;
        let excluded = self.excluded()?;
        let mut entries = Vec::new();
        for offset in 0..days {
            let day = first + Count::new(offset);
            match self.value("RRULE") {
                None => entries.push(entry(DayRule::Date(day), None, None)),
                Some(rule) => entries.extend(yearly(rule, day, offset, &excluded)?),
            }
        }
        Ok(entries)
    }

    /// Number of days of the event.
    fn length(&self, first: NaiveDate) -> Result<u64, String> {
        let days = match (self.value("DTEND"), self.value("DURATION")) {
            (None, None) => Some(1),
            (Some(end), _) => {
                let end = date(end).ok_or_else(|| not_whole_days("DTEND", end))?;
                // Some programs end an event of one day on that day.
                Some((end - first).num_days().max(i64::from(end == first)))
            }
            (None, Some(length)) => {
                let unit = |suffix, days: i64| {
                    let number = length.strip_prefix('P')?.strip_suffix(suffix)?;
                    Some(number.parse::<i64>().ok()?.saturating_mul(days))
                };
                unit('D', 1).or_else(|| unit('W', 7))
            }
        };
        let days = days.filter(|days| (1..=LONGEST).contains(days));
        days.and_then(|days| u64::try_from(days).ok())
            .ok_or_else(|| format!("it does not last between 1 and {LONGEST} whole days"))
    }

    /// Dates that a rule excludes.
    fn excluded(&self) -> Result<Vec<NaiveDate>, String> {
        let own = self
            .0
            .properties
            .iter()
            .filter(|property| property.name == "EXDATE");
        let values = own.filter_map(|property| property.value.as_deref());
        values
            .flat_map(|value| value.split(','))
            .map(|value| date(value).ok_or_else(|| not_whole_days("EXDATE", value)))
            .collect()
    }
}

fn not_whole_days(property: &str, value: &str) -> String {
    format!(
        "{property} is {value}, not a date: only events of whole days can be holidays; write half \
         days into the toml"
    )
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y%m%d").ok()
}

fn entry(days: DayRule, from_year: Option<i32>, to_year: Option<i32>) -> SpecialDayEntry {
    SpecialDayEntry {
        days,
        from_year,
        to_year,
        hours: DayHours::default(),
    }
}

/// Parts of a yearly recurrence rule.
#[derive(Default)]
struct YearlyRecurrence<'a> {
    month: Option<&'a str>,
    month_day: Option<&'a str>,
    weekday: Option<&'a str>,
    until: Option<NaiveDate>,
    count: Option<i32>,
}

fn read(text: &str) -> Option<YearlyRecurrence<'_>> {
    let mut rule = YearlyRecurrence::default();
    for part in text.split(';').filter(|part| !part.is_empty()) {
        match part.split_once('=')? {
            ("FREQ", "YEARLY") | ("INTERVAL", "1") | ("WKST", _) => {}
            ("BYMONTH", month) => rule.month = Some(month),
            ("BYMONTHDAY", day) => rule.month_day = Some(day),
            ("BYDAY", day) => rule.weekday = Some(day),
            ("UNTIL", until) => rule.until = Some(date(until.get(..8)?)?),
            ("COUNT", count) => rule.count = Some(count.parse().ok().filter(|count| *count > 0)?),
            _ => return None,
        }
    }
    text.contains("FREQ=YEARLY").then_some(rule)
}

/// Entries of one day of an event, which is `offset` days after its first day.
fn yearly(
    text: &str,
    day: NaiveDate,
    offset: u64,
    excluded: &[NaiveDate],
) -> Result<Vec<SpecialDayEntry>, String> {
    let unknown = || format!("the rule {text} is not understood; write the days into the toml");
    let rule = read(text).ok_or_else(unknown)?;
    let days = days(&rule, day, offset).ok_or_else(unknown)?;
    // Not every year has such a day, so a count of occurrences is not a count of years.
    let sometimes = match days {
        DayRule::Yearly(fixed) => fixed == (MonthDay { month: 2, day: 29 }),
        DayRule::Nth(nth) => nth.nth.unsigned_abs() > 4,
        DayRule::Date(_) => false,
    };
    if sometimes && rule.count.is_some() {
        return Err(unknown());
    }
    let first = day.year();
    let mut last = rule.count.map(|count| first.saturating_add(count - 1));
    if let Some(until) = rule.until {
        // The rule applies to the event's first day.
        let until = until + Count::new(offset);
        let reached = days.in_year(until.year()).is_some_and(|day| day <= until);
        let year = until.year() - i32::from(!reached);
        last = Some(last.map_or(year, |last| last.min(year)));
    }
    let mut gaps: Vec<i32> = excluded
        .iter()
        .map(|date| (*date + Count::new(offset)).year())
        .collect();
    gaps.sort_unstable();
    let mut entries = Vec::new();
    let mut from = first;
    for gap in gaps {
        if from < gap {
            entries.push(entry(days, Some(from), Some(gap - 1)));
        }
        from = from.max(gap + 1);
    }
    if last.unwrap_or(LAST_YEAR) >= from {
        entries.push(entry(days, Some(from), last));
    }
    Ok(entries)
}

/// Days of a rule for one day of its event.
fn days(rule: &YearlyRecurrence<'_>, day: NaiveDate, offset: u64) -> Option<DayRule> {
    let fixed = DayRule::Yearly(MonthDay {
        month: day.month(),
        day: day.day(),
    });
    let first = day - Count::new(offset);
    match (rule.month, rule.month_day, rule.weekday) {
        (None, None, None) => Some(fixed),
        (month, month_day, None) => {
            let same = |text: Option<&str>, number: u32| {
                text.is_none_or(|text| text.parse() == Ok(number))
            };
            // A day of the month without a month would be twelve days.
            let is_own = month.is_some() && same(month, first.month());
            (is_own && same(month_day, first.day())).then_some(fixed)
        }
        (Some(month), None, Some(weekday)) if offset == 0 => {
            let (nth, weekday) = nth(weekday)?;
            let month = month
                .parse()
                .ok()
                .filter(|month| (1..=12).contains(month))?;
            Some(DayRule::Nth(NthWeekday {
                nth,
                weekday,
                month,
            }))
        }
        _ => None,
    }
}

/// `4TH`, `+1MO` or `-1MO`.
fn nth(text: &str) -> Option<(i8, Weekday)> {
    let (number, weekday) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = match weekday {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    };
    let number: i8 = number.parse().ok()?;
    (1..=5)
        .contains(&number.unsigned_abs())
        .then_some((number, weekday))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(lines: &str) -> Result<Vec<SpecialDayEntry>, String> {
        let lines = lines.replace('|', "\r\n");
        holidays(&format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a@b\r\n{lines}\r\nEND:VEVENT\r\n\
             END:VCALENDAR\r\n"
        ))
    }

    fn dates(entries: &[SpecialDayEntry], years: std::ops::RangeInclusive<i32>) -> Vec<String> {
        let has = |date: &NaiveDate| entries.iter().any(|entry| entry.has(*date));
        let years = years.flat_map(|year| {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            first.iter_days().take_while(move |day| day.year() == year)
        });
        years.filter(has).map(|date| date.to_string()).collect()
    }

    #[test]
    fn whole_days_are_holidays() {
        let one = event("DTSTART;VALUE=DATE:20261225").unwrap();
        assert_eq!(dates(&one, 2025..=2027), ["2026-12-25"]);
        let two = event("DTSTART;VALUE=DATE:20261231|DTEND;VALUE=DATE:20270102").unwrap();
        assert_eq!(dates(&two, 2026..=2027), ["2026-12-31", "2027-01-01"]);
        let week = event("DTSTART;VALUE=DATE:20260601|DURATION:P1W").unwrap();
        assert_eq!(dates(&week, 2026..=2026).len(), 7);
        assert_eq!(
            event("DTSTART;VALUE=DATE:20260601|STATUS:CANCELLED").unwrap(),
            []
        );
    }

    #[test]
    fn yearly_rules() {
        let christmas = "DTSTART;VALUE=DATE:20251225|DTEND;VALUE=DATE:20251227|\
                         RRULE:FREQ=YEARLY;UNTIL=20271225|EXDATE;VALUE=DATE:20261225";
        assert_eq!(
            dates(&event(christmas).unwrap(), 2024..=2029),
            ["2025-12-25", "2025-12-26", "2027-12-25", "2027-12-26"]
        );
        let memorial = "DTSTART;VALUE=DATE:20260525|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=2";
        assert_eq!(
            dates(&event(memorial).unwrap(), 2024..=2029),
            ["2026-05-25", "2027-05-31"]
        );
        let until =
            "DTSTART;VALUE=DATE:20261126|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20271124";
        assert_eq!(dates(&event(until).unwrap(), 2024..=2029), ["2026-11-26"]);
    }

    #[test]
    fn what_cannot_be_said_is_refused() {
        let refused = |lines: &str| event(lines).unwrap_err();
        assert!(refused("DTSTART:20261224T120000Z").starts_with("event \"a@b\": DTSTART is 2026"));
        assert!(refused("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=MONTHLY").contains("FREQ=MONTHLY"));
        assert!(
            refused("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=YEARLY;INTERVAL=2").contains("rule")
        );
        assert!(refused("DTSTART;VALUE=DATE:20260101|RDATE:20270101").contains("RDATE"));
        assert!(refused("SUMMARY:x").contains("DTSTART"));
        assert!(refused("DTSTART;VALUE=DATE:20260102|DTEND;VALUE=DATE:20260101").contains("last"));
        assert!(
            holidays("hello")
                .unwrap_err()
                .contains("not an iCalendar file")
        );
    }
}
