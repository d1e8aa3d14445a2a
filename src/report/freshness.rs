//! From when to when the sources of a report have rows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::definition::ReportDefinition;
use super::session::ReportSession;
use crate::error::Result;

/// The oldest and the newest row of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SourceSpan {
    pub(super) oldest: DateTime<Utc>,
    pub(super) newest: DateTime<Utc>,
}

/// The spans of all sources with a time that the report's KPIs use and that have rows, by name.
///
/// # Errors
/// When a statement that can be planned fails.
pub(super) async fn source_spans(
    session: &ReportSession<'_>,
    definition: &ReportDefinition,
) -> Result<BTreeMap<String, SourceSpan>> {
    let mut spans = BTreeMap::new();
    for kpi in definition.all_kpis() {
        let measure = definition.measure(kpi)?;
        let name = &measure.source;
        let Some((source, time)) = definition
            .source(measure)
            .and_then(|source| Some((source, source.time.as_ref()?)))
        else {
            continue;
        };
        if spans.contains_key(name) {
            continue;
        }
        let same = definition.source_of_rows(name);
        if let Some(&span) = spans.get(same) {
            spans.insert(name.clone(), span);
            continue;
        }
        let epoch = |aggregate: &str| {
            format!("epoch(CAST({aggregate}({time}) AS TIMESTAMPTZ)) AS {aggregate}")
        };
        // Only the time is read: a window over all rows would be computed for nothing.
        let sql = format!(
            "SELECT {}, {} FROM ({})",
            epoch("min"),
            epoch("max"),
            source.sql.trim()
        );
        let sql = session.filled(&sql);
        // What is wrong with it is said where the KPI is left out.
        if !session.can_plan(&sql).await {
            continue;
        }
        let answer = session.quiet(&sql).await?;
        let instant = |column: &str| answer.number(column, 0).and_then(instant);
        if let (Some(oldest), Some(newest)) = (instant("min"), instant("max")) {
            spans.insert(name.clone(), SourceSpan { oldest, newest });
        }
    }
    Ok(spans)
}

/// The newest row that says how far the data go: that of the first KPI whose source has rows.
pub(super) fn newest(
    definition: &ReportDefinition,
    spans: &BTreeMap<String, SourceSpan>,
) -> Option<SourceSpan> {
    let sources = definition
        .all_kpis()
        .into_iter()
        .filter_map(|kpi| definition.measure(kpi).ok());
    sources
        .filter_map(|measure| spans.get(&measure.source))
        .next()
        .copied()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds of any calendar fit"
)]
fn instant(seconds: f64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds.floor() as i64, 0)
}
