//! Days with far more or fewer tickets than the weeks before let one expect, by `anomalies`; those on which the desk's
//! calendar is closed are left out.

use chrono::{Datelike, Days};

use super::CauseSearch;
use crate::catalogue::CatalogueUnit;
use crate::error::Result;
use crate::report::answer::ReportAnswer;
use crate::report::model::{Finding, FindingTone};
use crate::report::periods::PeriodSpan;
use crate::report::sentences::{self, AnomalousValue, OverlappingEvent};
use crate::report::working_days;

/// KPI whose days are looked at.
const VOLUME: &str = "ticket_volume";
/// Days that are said of, those farthest off.
const MOST_DAYS: usize = 5;
/// Days before the period that a day is judged by.
const PAST: u64 = 120;
/// Id of the statement.
const STATEMENT: &str = "days";

impl CauseSearch<'_> {
    /// The days of the period that stand out, the farthest off first, and the first of them on which something
    /// happened that is known.
    pub(super) async fn days(&self) -> Result<(Vec<Finding>, Option<Finding>)> {
        let Some(sql) = self.days_sql() else {
            return Ok((Vec::new(), None));
        };
        let sql = self.session.filled(&sql);
        // A desk whose tickets have no such column, or none at all, has no such days.
        if !self.session.can_plan(&sql).await {
            return Ok((Vec::new(), None));
        }
        let title = "Days with more or fewer tickets than expected";
        let answer = self.session.shown(STATEMENT, title, &sql).await?;
        let rows = self.definition.describe(VOLUME)?.rows;
        let finding = |row: usize| self.day_finding(&answer, row, &rows);
        let is_known = |row: &usize| {
            let day = answer.date("day", *row);
            day.is_some_and(|day| !self.overlapping(day).is_empty())
        };
        let main = (0..answer.len()).find(is_known).and_then(finding);
        Ok(((0..answer.len()).filter_map(finding).collect(), main))
    }

    fn days_sql(&self) -> Option<String> {
        let measure = self.definition.measure(VOLUME).ok()?;
        let source = self.definition.source(measure)?;
        let time = source.time.as_ref()?;
        let now = self.periods.now();
        let zone = self.periods.zone.name();
        let first = now.start.checked_sub_days(Days::new(PAST))?;
        let counted = format!(
            "SELECT local_date({time}, '{zone}') AS day, count(*) AS value FROM ({})\n  \
             WHERE {time} >= {} AND {time} < {} GROUP BY day",
            self.definition.source_sql(&measure.source, source),
            self.periods.literal(first),
            self.periods.literal(now.end),
        );
        let (rows, ignored) = match &self.settings.calendar {
            Some(calendar) => {
                let days = working_days::days(PeriodSpan {
                    start: first,
                    end: now.end,
                });
                let is_closed = working_days::is_closed(calendar.get_ref(), zone);
                let rows = format!(
                    "SELECT day, coalesce(value, 0) AS value, {is_closed} AS is_closed\n  \
                     FROM ({days}) LEFT JOIN ({counted}) USING (day)"
                );
                (rows, ", ignore => is_closed")
            }
            None => (counted, ""),
        };
        Some(format!(
            "SELECT time AS day, value, low, high FROM anomalies((\n  {rows}),\n  \
             time => day, value => value, counts => true{ignored})\n\
             WHERE is_anomaly AND time >= DATE '{}' ORDER BY abs(score) DESC, day LIMIT {MOST_DAYS}",
            now.start,
        ))
    }

    fn day_finding(&self, answer: &ReportAnswer, row: usize, rows: &str) -> Option<Finding> {
        let day = answer.date("day", row)?;
        let number = |column: &str| answer.number(column, row);
        let overlapping = self.overlapping(day);
        let events = overlapping
            .iter()
            .map(|(title, from, until)| OverlappingEvent {
                title,
                from,
                until: until.as_deref(),
            });
        let text = sentences::anomaly(&AnomalousValue {
            day,
            unit: CatalogueUnit::Tickets,
            value: number("value")?,
            rows,
            expected: (number("low")?.max(0.0), number("high")?),
            events: events.collect(),
        });
        Some(Finding {
            id: format!("day-{day}"),
            text,
            tone: FindingTone::Neutral,
            details: Vec::new(),
            statement: Some(STATEMENT.to_owned()),
        })
    }

    /// Title, begin and end of what happened on a day.
    fn overlapping(&self, day: chrono::NaiveDate) -> Vec<(String, String, Option<String>)> {
        let on_day = self.events.iter().filter(|event| {
            event.at.date() <= day && event.until.unwrap_or(event.at).date() >= day
        });
        let time = |at: chrono::NaiveDateTime| {
            if at.date() == day {
                at.format("%H:%M").to_string()
            } else {
                format!("{} {} {}", at.day(), at.format("%B"), at.format("%H:%M"))
            }
        };
        on_day
            .map(|event| (event.words(), time(event.at), event.until.map(time)))
            .collect()
    }
}
