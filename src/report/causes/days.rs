//! Days with far more or fewer tickets than the weeks before let one expect, by `anomalies`.

use chrono::{Datelike, Days};

use super::CauseSearch;
use crate::catalogue::CatalogueUnit;
use crate::error::Result;
use crate::report::model::{Finding, FindingTone};
use crate::report::sentences::{self, AnomalousValue, OverlappingEvent};

/// KPI whose days are looked at.
const VOLUME: &str = "ticket_volume";
/// Days that are said of, those farthest off.
const MOST_DAYS: usize = 5;
/// Days before the period that a day is judged by.
const PAST: u64 = 120;

impl CauseSearch<'_> {
    /// The days of the period that stand out, the farthest off first, and the first of them on which something
    /// happened that is known.
    pub(super) async fn days(&self) -> Result<(Vec<Finding>, Option<Finding>)> {
        let Ok(measure) = self.definition.measure(VOLUME) else {
            return Ok((Vec::new(), None));
        };
        let Some((source, time)) = self
            .definition
            .source(measure)
            .and_then(|s| Some((s, s.time.as_ref()?)))
        else {
            return Ok((Vec::new(), None));
        };
        let now = self.periods.now();
        let zone = self.periods.zone.name();
        let first = now
            .start
            .checked_sub_days(Days::new(PAST))
            .unwrap_or(now.start);
        let sql = format!(
            "SELECT time AS day, value, low, high FROM anomalies((\n  \
             SELECT local_date({time}, '{zone}') AS day, count(*) AS value FROM ({})\n  \
             WHERE {time} >= {} AND {time} < {} GROUP BY day),\n  \
             time => day, value => value, counts => true)\n\
             WHERE is_anomaly AND time >= DATE '{}' ORDER BY abs(score) DESC, day LIMIT {MOST_DAYS}",
            self.definition.source_sql(&measure.source, source),
            self.periods.literal(first),
            self.periods.literal(now.end),
            now.start,
        );
        let sql = self.session.filled(&sql);
        if self.session.engine().sql(&sql).await.is_err() {
            return Ok((Vec::new(), None));
        }
        let id = "days";
        let answer = self
            .session
            .shown(id, "Days with more or fewer tickets than expected", &sql)
            .await?;
        let about = self.definition.describe(VOLUME)?;
        let finding = |row: usize| {
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
                rows: &about.rows,
                expected: (number("low")?.max(0.0), number("high")?),
                events: events.collect(),
            });
            Some(Finding {
                id: format!("day-{day}"),
                text,
                tone: FindingTone::Neutral,
                details: Vec::new(),
                statement: Some(id.to_owned()),
            })
        };
        let days: Vec<Finding> = (0..answer.len()).filter_map(finding).collect();
        let is_known = |row: &usize| {
            answer
                .date("day", *row)
                .is_some_and(|day| !self.overlapping(day).is_empty())
        };
        let main = (0..answer.len()).find(is_known).and_then(finding);
        Ok((days, main))
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
