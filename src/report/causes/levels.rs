//! Shifts of a KPI's level, by `change_points` over its weeks.

use chrono::Duration;

use super::{CauseFindings, CauseSearch, ChangedKpi, FindingMore};
use crate::error::Result;
use crate::report::measuring::filtered;
use crate::report::model::FindingList;
use crate::report::sentences::{self, ProposedQuestion};

/// Weeks that are looked at, and those that a level must last.
const WEEKS: i64 = 53;
const LEAST_WEEKS: usize = 3;

impl CauseSearch<'_> {
    /// Adds the last shift of the KPI's level that lies in the period or the one before.
    pub(super) async fn level_shifts(
        &self,
        changed: ChangedKpi<'_>,
        list: &mut FindingList,
        found: &mut CauseFindings,
    ) -> Result<()> {
        let Some(detail) = &changed.measure.detail else {
            return Ok(());
        };
        let sql = self.level_sql(changed, detail);
        let id = format!("levels-{}", changed.row.kpi);
        let title = format!("Weeks in which the level of {} shifted", changed.row.title);
        let answer = self
            .session
            .shown(&id, &title, &self.session.filled(&sql))
            .await?;
        let last = (0..answer.len()).rev().find_map(|row| {
            let since = answer.date("change_at", row)?;
            let is_near = self.periods.before().start <= since && since < self.periods.now().end;
            is_near.then_some((
                since,
                answer.number("before", row)?,
                answer.number("after", row)?,
            ))
        });
        if let Some((since, before, level)) = last {
            let (title, unit) = (&changed.row.short_title, changed.row.unit);
            let text = sentences::level_shift(title, unit, level, since, before);
            let more = FindingMore {
                details: self.at_the_time(since),
                statement: Some(id),
                question: Some(ProposedQuestion::Shift { title, since }),
            };
            self.add(changed, text, more, list, found);
        }
        Ok(())
    }

    fn level_sql(&self, changed: ChangedKpi<'_>, detail: &str) -> String {
        let (source, measure) = (changed.source, changed.measure);
        let time = source.time.as_deref().unwrap_or_default();
        let until = self.periods.now().end;
        let zone = self.periods.zone.name();
        let first = self.periods.literal(until - Duration::weeks(WEEKS));
        let end = self.periods.literal(until);
        let value = match detail.split_once("_detail(") {
            Some((function, _)) => format!("({}).{function}", filtered(detail, measure, None)),
            None => filtered(detail, measure, None),
        };
        // The end of the week stands for that of the period: a ticket is judged at the age of seven days at most.
        let source = self.definition.source_sql(&measure.source, source);
        format!(
            "SELECT change_at, before, after FROM change_points((\n  \
             SELECT week, {value} AS value\n  FROM (\n    \
             SELECT *, local_trunc('week', {time}, '{zone}') AS week, {first} AS period_start, {time} + INTERVAL '7 days' AS period_end\n    \
             FROM ({source}) WHERE {time} >= {first} AND {time} < {end})\n  GROUP BY week),\n  \
             time => week, value => value, grain => 'week', min_size => {LEAST_WEEKS})\nORDER BY change_at"
        )
    }

    /// What happened within a week of a day.
    fn at_the_time(&self, day: chrono::NaiveDate) -> Vec<String> {
        // The week is named by its Monday.
        let near = self
            .events
            .iter()
            .filter(|event| event.is_main && (0..7).contains(&(event.at.date() - day).num_days()));
        near.map(|event| format!("At the same time: {}.", event.words()))
            .collect()
    }
}
