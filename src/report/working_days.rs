//! Days of a period on which the desk works: a month of 20 has fewer tickets than one of 23 without a fall.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::periods::{PeriodSpan, ReportPeriods};
use super::session::ReportSession;
use super::settings::ReportSettings;
use crate::error::{Error, Result};
use crate::tables::ConfigFile;

/// The numbers of working days of the periods that are compared.
#[derive(Debug, Clone, Default)]
pub(super) struct WorkingDays {
    by_start: BTreeMap<NaiveDate, u32>,
    /// What such a day is called: "working day", or "day" without a calendar.
    pub(super) words: &'static str,
}

impl WorkingDays {
    /// Those of the period, the one before and the same one a year ago, by the report's calendar.
    ///
    /// # Errors
    /// When there is no such calendar, with the file and line that name it.
    pub(super) async fn count(
        session: &ReportSession<'_>,
        settings: &ReportSettings,
        config: Option<&ConfigFile>,
        periods: &ReportPeriods,
    ) -> Result<Self> {
        let spans = [periods.now(), periods.before(), periods.year_ago];
        let (Some(calendar), Some(config)) = (&settings.calendar, config) else {
            let all_days = |span: PeriodSpan| (span.end - span.start).num_days();
            let by_start = spans
                .map(|span| {
                    (
                        span.start,
                        u32::try_from(all_days(span)).unwrap_or_default(),
                    )
                })
                .into();
            return Ok(Self {
                by_start,
                words: "day",
            });
        };
        let zone = periods.zone.name();
        let mut by_start = BTreeMap::new();
        for span in spans {
            let sql = format!(
                "SELECT count(*) AS days FROM ({})\nWHERE NOT ({})",
                days(span),
                is_closed(calendar.get_ref(), zone)
            );
            let answer = session.quiet(&sql).await.map_err(|error| match error {
                Error::Interrupted | Error::Timeout(_) => error,
                other => config.problem(
                    &calendar.span(),
                    format!("calendar: {}", crate::terminal::wording(&other)),
                ),
            })?;
            let days = super::answer::row_count(answer.number("days", 0));
            by_start.insert(span.start, u32::try_from(days).unwrap_or_default());
        }
        Ok(Self {
            by_start,
            words: "working day",
        })
    }

    /// Working days of two periods, where their numbers differ and so totals do not compare.
    pub(super) fn differing(&self, now: PeriodSpan, before: PeriodSpan) -> Option<[u32; 2]> {
        let days = [now, before].map(|span| self.by_start.get(&span.start).copied());
        let [now, before] = [days[0]?, days[1]?];
        (now != before && now > 0 && before > 0).then_some([now, before])
    }
}

/// A row for each `day` of a span.
pub(super) fn days(span: PeriodSpan) -> String {
    let last = span.end.pred_opt().unwrap_or(span.end);
    format!(
        "SELECT CAST(unnest(generate_series(DATE '{}', DATE '{last}', INTERVAL '1 day')) AS DATE) AS day",
        span.start
    )
}

/// True for a `day` on which a calendar never opens.
pub(super) fn is_closed(calendar: &str, zone: &str) -> String {
    let calendar = calendar.replace('\'', "''");
    format!(
        "business_minutes(from_local_time(day::TIMESTAMP, '{zone}'), \
         from_local_time(day::TIMESTAMP + INTERVAL '1 day', '{zone}'), '{calendar}') = 0"
    )
}
