//! `deskql.calendars`: the business calendars of the session.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Weekday};
use datafusion::catalog::Session;

use super::listing::{Column, Listing, Value};
use crate::settings::Options;
use crate::time::calendar::{Calendar, Span, Version};

/// One version of a calendar.
struct Row {
    calendar: Arc<Calendar>,
    place: usize,
}

/// One row for each version of each calendar.
#[must_use]
pub fn calendars() -> Listing {
    Listing::new(COLUMNS, |session| Ok(rows(session)))
}

fn rows(session: &dyn Session) -> Vec<Row> {
    let calendars = Options::calendars(session.config_options());
    let of = |calendar: &Arc<Calendar>| {
        let versions = 0..calendar.schedule().versions().len();
        let calendar = Arc::clone(calendar);
        versions.map(move |place| Row {
            calendar: Arc::clone(&calendar),
            place,
        })
    };
    calendars.iter().flat_map(of).collect()
}

impl Row {
    fn version(&self) -> &Version {
        &self.calendar.schedule().versions()[self.place]
    }

    /// When it takes effect, in UTC; NULL for the hours that were always there.
    fn effective_from(&self) -> Option<String> {
        let from = DateTime::from_timestamp(self.version().from?, 0)?;
        Some(from.to_rfc3339_opts(SecondsFormat::Secs, true))
    }

    /// Each weekday that is open: `Mon 09:00-12:00, 13:00-17:00`.
    fn hours(&self) -> Vec<String> {
        let week = &self.version().week;
        let days = (0..7).filter_map(|day| Weekday::try_from(day).ok());
        let days = days.filter(|day| !week.of(*day).spans().is_empty());
        days.map(|day| {
            let spans: Vec<_> = week.of(day).spans().iter().map(span).collect();
            format!("{day} {}", spans.join(", "))
        })
        .collect()
    }
}

fn span(span: &Span) -> String {
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

const COLUMNS: &[Column<Row>] = &[
    Column {
        name: "name",
        value: Value::Text(|row| row.calendar.name().to_owned()),
    },
    Column {
        name: "version",
        value: Value::Count(|row| count(row.place + 1)),
    },
    Column {
        name: "effective_from",
        value: Value::Maybe(Row::effective_from),
    },
    Column {
        name: "time_zone",
        value: Value::Text(|row| row.version().zone.name().to_owned()),
    },
    Column {
        name: "hours",
        value: Value::Texts(Row::hours),
    },
    Column {
        name: "seconds_per_week",
        value: Value::Count(|row| row.version().week.seconds()),
    },
    Column {
        name: "holidays",
        value: Value::Count(|row| count(row.version().special.holidays())),
    },
    Column {
        name: "openings",
        value: Value::Count(|row| count(row.version().special.openings())),
    },
    Column {
        name: "source",
        value: Value::Text(|row| row.calendar.source().to_owned()),
    },
];
