//! Business calendars from `[calendars.NAME]` sections.

use std::ops::Range;

use chrono::Weekday;
use chrono_tz::Tz;
use toml::{Spanned, Value};

use crate::error::Result;
use crate::time::calendar;
use crate::time::calendar::{
    BusinessCalendar, CalendarSchedule, DayHours, DayRule, FIRST_YEAR, LAST_YEAR, OpenSpan,
    ScheduleVersion, SpecialDayEntry, SpecialDays, WeekHours,
};
use crate::time::zone;

use super::config::{self, ConfigFile, ConfigPaths, RegularHoursConfig};

/// Calendars of a config file, in its order.
///
/// # Errors
/// If a key or value is invalid; the error has its line.
pub(crate) fn of_config(config: &ConfigFile) -> Result<Vec<(Range<usize>, BusinessCalendar)>> {
    let mut calendars = Vec::new();
    for (name, section) in config.calendars() {
        let schedule = schedule(config, section)?;
        let calendar = BusinessCalendar::new(name, config.line(&section.span()), schedule);
        calendars.push((section.span(), calendar));
    }
    Ok(calendars)
}

fn schedule(
    config: &ConfigFile,
    section: &Spanned<config::CalendarConfig>,
) -> Result<CalendarSchedule> {
    let own = section.get_ref();
    let reader = CalendarConfigReader { config };
    let mut base = ScheduleVersion {
        from: None,
        zone: reader.zone(&own.time_zone)?,
        week: reader.week(&own.hours)?,
        special: SpecialDays::default(),
    };
    base.special = reader.special(&own.holidays, &own.openings, own.ics.as_ref())?;
    let mut versions = Vec::with_capacity(own.versions.len() + 1);
    for version in &own.versions {
        let zone = match &version.time_zone {
            Some(zone) => reader.zone(zone)?,
            None => base.zone,
        };
        let week = match &version.hours {
            Some(hours) => reader.week(hours)?,
            None => base.week.clone(),
        };
        let special = reader.special(
            version.holidays.as_ref().unwrap_or(&own.holidays),
            version.openings.as_ref().unwrap_or(&own.openings),
            version.ics.as_ref().or(own.ics.as_ref()),
        )?;
        let at = calendar::effective(&plain(version.from.get_ref()), zone);
        let from = at.map_err(|problem| config.problem(&version.from.span(), problem))?;
        versions.push(ScheduleVersion {
            from: Some(from),
            zone,
            week,
            special,
        });
    }
    versions.push(base);
    CalendarSchedule::new(versions).map_err(|problem| config.problem(&section.span(), problem))
}

/// Converts a string, or a date that is written without quotes, to text.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

struct CalendarConfigReader<'a> {
    config: &'a ConfigFile,
}

impl CalendarConfigReader<'_> {
    fn zone(&self, name: &Spanned<String>) -> Result<Tz> {
        zone(name.get_ref()).map_err(|problem| self.config.problem(&name.span(), problem))
    }

    fn week(&self, hours: &RegularHoursConfig) -> Result<WeekHours> {
        let mut week = WeekHours::default();
        let mut seen: Vec<Weekday> = Vec::new();
        for (key, spans) in hours {
            let days = weekdays(key.get_ref());
            let days = days.map_err(|problem| self.config.problem(&key.span(), problem))?;
            for day in days {
                if seen.contains(&day) {
                    let problem = format!("hours of {day} are there twice");
                    return Err(self.config.problem(&key.span(), problem));
                }
                seen.push(day);
                for text in spans {
                    let span = OpenSpan::parse(text.get_ref());
                    let span =
                        span.map_err(|problem| self.config.problem(&text.span(), problem))?;
                    week.add(day, span);
                }
            }
        }
        Ok(week)
    }

    fn special(
        &self,
        holidays: &[Spanned<Value>],
        openings: &[Spanned<Value>],
        ics: Option<&Spanned<ConfigPaths>>,
    ) -> Result<SpecialDays> {
        let mut special = SpecialDays::default();
        for value in holidays {
            let entry = holiday(value.get_ref());
            special
                .add_holiday(entry.map_err(|problem| self.config.problem(&value.span(), problem))?);
        }
        for value in openings {
            let entries = opening(value.get_ref());
            let entries = entries.map_err(|problem| self.config.problem(&value.span(), problem))?;
            entries
                .into_iter()
                .for_each(|entry| special.add_opening(entry));
        }
        let Some(paths) = ics else {
            return Ok(special);
        };
        for path in paths.get_ref().all() {
            let file = self.config.folder().join(path);
            let read = std::fs::read_to_string(&file).map_err(|error| error.to_string());
            let entries = read.and_then(|text| calendar::holidays(&text));
            let entries = entries.map_err(|problem| {
                self.config
                    .problem(&paths.span(), format!("{}: {problem}", file.display()))
            })?;
            entries
                .into_iter()
                .for_each(|entry| special.add_holiday(entry));
        }
        Ok(special)
    }
}

/// Zone with an IANA name.
pub(crate) fn zone(name: &str) -> Result<Tz, String> {
    match (name.parse(), zone::named(name)) {
        (Ok(zone), _) => Ok(zone),
        (Err(_), Err(problem)) => Err(problem),
        (Err(_), Ok(_)) => Err(format!(
            "{name:?} is a fixed UTC offset; use an IANA name such as 'Asia/Kolkata'"
        )),
    }
}

/// Parses `mon`, `monday`, `mon-fri` or `sat,sun`.
pub(crate) fn weekdays(text: &str) -> Result<Vec<Weekday>, String> {
    let day = |name: &str| -> Result<Weekday, String> {
        let day = name.trim().parse().ok();
        day.ok_or_else(|| {
            format!("{text:?} is no weekday; write mon, tue, wed, thu, fri, sat, sun or mon-fri")
        })
    };
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (day(first)?, day(last)?),
            None => (day(part)?, day(part)?),
        };
        let mut next = first;
        days.push(next);
        while next != last {
            next = next.succ();
            days.push(next);
        }
    }
    Ok(days)
}

/// Notation of a special day: a date alone, or a table with its hours and years.
#[derive(Default)]
struct SpecialDayConfig {
    date: String,
    hours: Vec<OpenSpan>,
    from_year: Option<i32>,
    to_year: Option<i32>,
}

fn parse_special_day(value: &Value) -> Result<SpecialDayConfig, String> {
    let Value::Table(table) = value else {
        let date = plain(value);
        return Ok(SpecialDayConfig {
            date,
            ..SpecialDayConfig::default()
        });
    };
    let mut written = SpecialDayConfig::default();
    for (key, value) in table {
        match (key.as_str(), value) {
            ("date", value) => written.date = plain(value),
            ("name", Value::String(_)) => {}
            ("hours", Value::Array(spans)) => {
                let spans = spans.iter().map(|span| OpenSpan::parse(&plain(span)));
                written.hours = spans.collect::<Result<_, _>>()?;
            }
            ("from_year", Value::Integer(year)) => written.from_year = Some(self::year(*year)?),
            ("to_year", Value::Integer(year)) => written.to_year = Some(self::year(*year)?),
            _ => {
                return Err(format!(
                    "{key} = {value} is not valid here; write date, hours = [\"09:00-12:00\"], \
                     from_year, to_year and name"
                ));
            }
        }
    }
    if written.date.is_empty() {
        Err("date is missing".to_owned())
    } else {
        Ok(written)
    }
}

fn year(year: i64) -> Result<i32, String> {
    let own = i32::try_from(year).ok();
    own.filter(|year| (FIRST_YEAR..=LAST_YEAR).contains(year))
        .ok_or_else(|| format!("{year} is not between {FIRST_YEAR} and {LAST_YEAR}"))
}

fn holiday(value: &Value) -> Result<SpecialDayEntry, String> {
    let written = parse_special_day(value)?;
    holiday_entry(
        &written.date,
        written.hours,
        written.from_year,
        written.to_year,
    )
}

/// Holiday entry; its hours are those of that date alone.
pub(crate) fn holiday_entry(
    day: &str,
    hours: Vec<OpenSpan>,
    from_year: Option<i32>,
    to_year: Option<i32>,
) -> Result<SpecialDayEntry, String> {
    if hours.iter().any(|span| span.closes > 86_400) {
        return Err(format!(
            "hours of {day} run past midnight; write what is open on the next day into openings"
        ));
    }
    entry(day, hours, from_year, to_year)
}

fn entry(
    day: &str,
    hours: Vec<OpenSpan>,
    from_year: Option<i32>,
    to_year: Option<i32>,
) -> Result<SpecialDayEntry, String> {
    let days = DayRule::parse(day)?;
    if matches!(days, DayRule::Date(_)) && (from_year.is_some() || to_year.is_some()) {
        return Err(format!(
            "{day} is a date: from_year and to_year are for days of every year"
        ));
    }
    Ok(SpecialDayEntry {
        days,
        from_year,
        to_year,
        hours: DayHours::new(hours),
    })
}

fn opening(value: &Value) -> Result<Vec<SpecialDayEntry>, String> {
    let own = parse_special_day(value)?;
    opening_entries(&own.date, &own.hours, own.from_year, own.to_year)
}

/// Opening entries; an opening of a single date may run past midnight.
pub(crate) fn opening_entries(
    day: &str,
    hours: &[OpenSpan],
    from_year: Option<i32>,
    to_year: Option<i32>,
) -> Result<Vec<SpecialDayEntry>, String> {
    if hours.is_empty() {
        return Err(format!(
            "the opening of {day} needs hours = [\"10:00-14:00\"]"
        ));
    }
    let (today, tomorrow): (Vec<_>, Vec<_>) = hours.iter().map(|span| span.split()).unzip();
    let mut entries = vec![entry(day, today, from_year, to_year)?];
    let tomorrow: Vec<OpenSpan> = tomorrow.into_iter().flatten().collect();
    if tomorrow.is_empty() {
        return Ok(entries);
    }
    let next = match entries[0].days {
        DayRule::Date(date) => date.succ_opt(),
        _ => None,
    };
    let Some(next) = next else {
        return Err(format!(
            "the opening of {day} runs past midnight, which only one of a date can"
        ));
    };
    entries.push(entry(&next.to_string(), tomorrow, None, None)?);
    Ok(entries)
}
