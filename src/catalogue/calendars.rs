//! `deskql.calendars`: the business calendars of the session.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Weekday};
use datafusion::catalog::Session;

use super::listing::{CatalogueColumn, CatalogueTable, CatalogueValue};
use crate::settings::DeskqlOptions;
use crate::time::calendar::{BusinessCalendar, OpenSpan, ScheduleVersion};

/// One version of a calendar.
struct CalendarRow {
    calendar: Arc<BusinessCalendar>,
    place: usize,
}

/// A table with one row for each version of each calendar.
#[must_use]
pub(crate) fn calendars() -> CatalogueTable {
    CatalogueTable::new(COLUMNS, |session| Ok(rows(session)))
}

fn rows(session: &dyn Session) -> Vec<CalendarRow> {
    let calendars = DeskqlOptions::calendars(session.config_options());
    let of = |calendar: &Arc<BusinessCalendar>| {
        let versions = 0..calendar.schedule().versions().len();
        let calendar = Arc::clone(calendar);
        versions.map(move |place| CalendarRow {
            calendar: Arc::clone(&calendar),
            place,
        })
    };
    calendars.iter().flat_map(of).collect()
}

impl CalendarRow {
    fn version(&self) -> &ScheduleVersion {
        &self.calendar.schedule().versions()[self.place]
    }

    /// Start of the version in UTC; NULL if it has no start.
    fn effective_from(&self) -> Option<String> {
        let from = DateTime::from_timestamp(self.version().from?, 0)?;
        Some(from.to_rfc3339_opts(SecondsFormat::Secs, true))
    }

    /// Opening hours of each open weekday: `Mon 09:00-12:00, 13:00-17:00`.
    fn hours(&self) -> Vec<String> {
        let week = &self.version().week;
        let days = (0..7).filter_map(|day| Weekday::try_from(day).ok());
        let days = days.filter(|day| !week.on_weekday(*day).spans().is_empty());
        days.map(|day| {
            let spans: Vec<_> = week.on_weekday(day).spans().iter().map(span).collect();
            format!("{day} {}", spans.join(", "))
        })
        .collect()
    }
}

fn span(span: &OpenSpan) -> String {
    let time = |seconds: i64| {
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let shown = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        match seconds {
            0 => shown,
            _ => format!("{shown}:{seconds:02}"),
        }
    };
    format!("{}-{}", time(span.opens), time(span.closes))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

const COLUMNS: &[CatalogueColumn<CalendarRow>] = &[
    CatalogueColumn {
        name: "name",
        value: CatalogueValue::Text(|row| row.calendar.name().to_owned()),
    },
    CatalogueColumn {
        name: "version",
        value: CatalogueValue::Count(|row| count(row.place + 1)),
    },
    CatalogueColumn {
        name: "effective_from",
        value: CatalogueValue::Maybe(CalendarRow::effective_from),
    },
    CatalogueColumn {
        name: "time_zone",
        value: CatalogueValue::Text(|row| row.version().zone.name().to_owned()),
    },
    CatalogueColumn {
        name: "hours",
        value: CatalogueValue::Texts(CalendarRow::hours),
    },
    CatalogueColumn {
        name: "seconds_per_week",
        value: CatalogueValue::Count(|row| row.version().week.seconds()),
    },
    CatalogueColumn {
        name: "holidays",
        value: CatalogueValue::Count(|row| count(row.version().special.holidays())),
    },
    CatalogueColumn {
        name: "openings",
        value: CatalogueValue::Count(|row| count(row.version().special.openings())),
    },
    CatalogueColumn {
        name: "source",
        value: CatalogueValue::Text(|row| row.calendar.source().to_owned()),
    },
];
