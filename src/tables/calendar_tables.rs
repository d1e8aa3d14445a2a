//! Business calendars from tables: rows of regular hours, and rows of holidays and openings.

use std::collections::BTreeMap;

use chrono::Weekday;
use chrono_tz::Tz;
use datafusion::prelude::SessionContext;

use crate::error::{Error, Result};
use crate::time::calendar;
use crate::time::calendar::{
    BusinessCalendar, CalendarSchedule, OpenSpan, ScheduleVersion, SpecialDays, WeekHours,
};

use super::calendars::{holiday_entry, opening_entries, weekdays, zone};
use super::config::CalendarTables;
use super::text_rows::{TextRow, row_error, rows};

/// Reads the calendars from the tables, by name.
///
/// # Errors
/// If a table or required column is missing, or a row is invalid.
pub(crate) async fn read(
    context: &SessionContext,
    tables: &CalendarTables,
) -> Result<Vec<BusinessCalendar>> {
    let name = tables.hours.get_ref();
    let hours = rows(context, (SECTION, name), &HOURS, 5).await?;
    let mut plans: BTreeMap<String, CalendarBuilder> = BTreeMap::new();
    for row in &hours {
        let added = plans
            .entry(required(name, row, 0)?.to_owned())
            .or_default()
            .add(row);
        added.map_err(|problem| row_error(name, row, &problem))?;
    }
    if let Some(holidays) = &tables.holidays {
        let name = holidays.get_ref();
        for row in &rows(context, (SECTION, name), &HOLIDAYS, 2).await? {
            add_special(&mut plans, row).map_err(|problem| row_error(name, row, &problem))?;
        }
    }
    let calendars = plans.into_iter().map(|(calendar, plan)| {
        let schedule = plan.schedule();
        let schedule = schedule.map_err(|problem| {
            Error::location(name, format!("calendar {calendar:?}: {problem}"))
        })?;
        Ok(BusinessCalendar::new(
            calendar,
            format!("table {name}"),
            schedule,
        ))
    });
    calendars.collect()
}

/// Section that names the tables.
const SECTION: &str = "calendar_tables";
const HOURS: [&str; 6] = [
    "calendar",
    "time_zone",
    "weekday",
    "opens",
    "closes",
    "effective_from",
];
const HOLIDAYS: [&str; 5] = ["calendar", "date", "opens", "closes", "is_opening"];

fn required<'a>(table: &str, row: &'a TextRow, place: usize) -> Result<&'a str> {
    row[place]
        .as_deref()
        .ok_or_else(|| row_error(table, row, &format!("{} is NULL", HOURS[place])))
}

/// Calendar under construction: zone and hours by effective date.
#[derive(Debug, Default)]
struct CalendarBuilder {
    versions: BTreeMap<Option<String>, (Option<Tz>, WeekHours)>,
    special: SpecialDays,
}

impl CalendarBuilder {
    fn add(&mut self, row: &TextRow) -> Result<(), String> {
        let (zone_of, week) = self.versions.entry(row[5].clone()).or_default();
        let own = zone(row[1].as_deref().ok_or("time_zone is NULL")?)?;
        if zone_of.replace(own).is_some_and(|zone| zone != own) {
            return Err("its other rows have another time_zone; one version has one".to_owned());
        }
        let (Some(opens), Some(closes)) = (&row[3], &row[4]) else {
            // Closed on that day, or a version that is closed altogether.
            return Ok(());
        };
        let span = OpenSpan::parse(&format!("{opens}-{closes}"))?;
        for day in numbered(row[2].as_deref().ok_or("weekday is NULL")?)? {
            week.add(day, span);
        }
        Ok(())
    }

    fn schedule(self) -> Result<CalendarSchedule, String> {
        let mut versions = Vec::new();
        for (from, (zone, week)) in self.versions {
            let zone = zone.ok_or("time_zone is NULL")?;
            let from = from
                .map(|from| calendar::effective(&from, zone))
                .transpose()?;
            let special = self.special.clone();
            versions.push(ScheduleVersion {
                from,
                zone,
                week,
                special,
            });
        }
        CalendarSchedule::new(versions)
    }
}

/// Parses a weekday by name or number, 1 for Monday to 7 for Sunday.
fn numbered(text: &str) -> Result<Vec<Weekday>, String> {
    match text.parse::<u8>() {
        Ok(number @ 1..=7) => Ok(Weekday::try_from(number - 1).into_iter().collect()),
        Ok(number) => Err(format!("{number} is no weekday; Monday is 1, Sunday 7")),
        Err(_) => weekdays(text),
    }
}

/// Adds a holiday or an opening to its calendar, or to all calendars if it names none.
fn add_special(plans: &mut BTreeMap<String, CalendarBuilder>, row: &TextRow) -> Result<(), String> {
    let day = row[1].as_deref().ok_or("date is NULL")?;
    let spans = match (&row[2], &row[3]) {
        (Some(opens), Some(closes)) => vec![OpenSpan::parse(&format!("{opens}-{closes}"))?],
        (None, None) => vec![],
        _ => return Err("one of opens and closes is NULL".to_owned()),
    };
    let is_opening = row[4].as_deref() == Some("true");
    let entries = if is_opening {
        opening_entries(day, &spans, None, None)?
    } else {
        vec![holiday_entry(day, spans, None, None)?]
    };
    let named = row[0].as_ref();
    if let Some(name) = named
        && !plans.contains_key(name)
    {
        return Err(format!("calendar {name:?} has no hours"));
    }
    for (name, plan) in plans {
        if named.is_some_and(|own| own != name) {
            continue;
        }
        for entry in entries.iter().cloned() {
            if is_opening {
                plan.special.add_opening(entry);
            } else {
                plan.special.add_holiday(entry);
            }
        }
    }
    Ok(())
}
