//! What happened: annotations of `deskql.toml`, of a table, and incidents.

use chrono::{DateTime, NaiveDateTime};

use super::event::{INCIDENT, ReportEvent};
use super::model::ReportAnnotation;
use super::periods::ReportPeriods;
use super::session::ReportSession;
use super::settings::ReportSettings;
use crate::error::{Error, Result};
use crate::text::nearest;

/// Annotations that charts show.
const MOST_SHOWN: usize = 12;
/// Severities of the incidents that charts show.
const GRAVEST: [&str; 6] = ["sev1", "sev-1", "p1", "1", "critical", "major"];

/// All events from the first period of the history on, in the order of time.
///
/// # Errors
/// When the table of annotations is not there, or a statement fails.
pub(super) async fn events(
    session: &ReportSession<'_>,
    settings: &ReportSettings,
    periods: &ReportPeriods,
) -> Result<Vec<ReportEvent>> {
    let mut events = settings.annotations.clone();
    if let Some(table) = &settings.annotation_table {
        events.extend(of_table(session, table, periods).await?);
    }
    events.extend(incidents(session, periods).await?);
    let first = periods.history[0].start.and_hms_opt(0, 0, 0);
    let last = periods.now().end.and_hms_opt(0, 0, 0);
    events.retain(|event| first.is_none_or(|first| event.until.unwrap_or(event.at) >= first));
    events.retain(|event| last.is_none_or(|last| event.at < last));
    events.sort_by(|a, b| (a.at, &a.title).cmp(&(b.at, &b.title)));
    Ok(events)
}

/// The events that charts show, numbered.
pub(super) fn annotations(events: &[ReportEvent]) -> Vec<ReportAnnotation> {
    let main: Vec<&ReportEvent> = events.iter().filter(|event| event.is_main).collect();
    let skipped = main.len().saturating_sub(MOST_SHOWN);
    let numbered = main.into_iter().skip(skipped).zip(1..);
    numbered
        .map(|(event, number)| ReportAnnotation {
            number,
            kind: event.kind.clone(),
            title: event.title.clone(),
            at: event.at.date(),
            until: event.until.map(|until| until.date()),
        })
        .collect()
}

async fn of_table(
    session: &ReportSession<'_>,
    table: &str,
    periods: &ReportPeriods,
) -> Result<Vec<ReportEvent>> {
    let quoted = format!("\"{}\"", table.replace('"', "\"\""));
    let probe = session
        .quiet(&format!("SELECT * FROM {quoted} LIMIT 0"))
        .await
        .map_err(|error| Error::Usage(format!("[annotations] table: {}", without_place(&error))))?;
    let has = |column: &str| probe.schema.column_with_name(column).is_some();
    for column in ["at", "kind", "title"] {
        if !has(column) {
            let names: Vec<&str> = probe
                .schema
                .fields()
                .iter()
                .map(|field| field.name().as_str())
                .collect();
            let hint = nearest(column, names.iter().copied())
                .map(|near| format!("; did you mean {near}?"));
            return Err(Error::Usage(format!(
                "table {table} of [annotations] has no column {column}{}",
                hint.unwrap_or_default()
            )));
        }
    }
    let until = if has("until") {
        "epoch(CAST(until AS TIMESTAMPTZ))"
    } else {
        "CAST(NULL AS DOUBLE)"
    };
    let sql = format!(
        "SELECT kind, title, epoch(CAST(at AS TIMESTAMPTZ)) AS at, {until} AS until FROM {quoted}"
    );
    let answer = session.quiet(&sql).await?;
    let event = |row: usize| {
        Some(ReportEvent {
            kind: answer.text("kind", row)?,
            title: answer.text("title", row)?,
            at: local(answer.number("at", row)?, periods)?,
            until: answer
                .number("until", row)
                .and_then(|at| local(at, periods)),
            is_main: true,
        })
    };
    Ok((0..answer.len()).filter_map(event).collect())
}

/// What is wrong, without the place in a statement that the user has not written.
fn without_place(error: &Error) -> String {
    let wording = crate::terminal::wording(error);
    let first = wording.lines().next().unwrap_or_default();
    let place = first.rsplit_once(" (line ");
    place.map_or(first, |(problem, _)| problem).to_owned()
}

/// Incidents of the table of that name; none if it is not there or has other columns.
async fn incidents(
    session: &ReportSession<'_>,
    periods: &ReportPeriods,
) -> Result<Vec<ReportEvent>> {
    let sql = format!(
        "SELECT CAST(incident_id AS VARCHAR) AS id, severity, service, epoch(started_at) AS at, epoch(resolved_at) AS until\n\
         FROM incidents WHERE started_at >= {} AND started_at < {}\nORDER BY started_at, incident_id",
        periods.literal(periods.before().start),
        periods.literal(periods.now().end),
    );
    if !session.can_plan(&sql).await {
        return Ok(Vec::new());
    }
    let answer = session.quiet(&sql).await?;
    let event = |row: usize| {
        let severity = answer
            .text("severity", row)
            .unwrap_or_else(|| "no severity".to_owned());
        let service = answer.text("service", row).unwrap_or_default();
        Some(ReportEvent {
            kind: INCIDENT.to_owned(),
            title: format!(
                "Incident {} ({severity}, {service})",
                answer.text("id", row)?
            ),
            at: local(answer.number("at", row)?, periods)?,
            until: answer
                .number("until", row)
                .and_then(|at| local(at, periods)),
            is_main: GRAVEST.contains(&severity.to_lowercase().as_str()),
        })
    };
    Ok((0..answer.len()).filter_map(event).collect())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds of any calendar fit"
)]
fn local(seconds: f64, periods: &ReportPeriods) -> Option<NaiveDateTime> {
    let at = DateTime::from_timestamp(seconds.floor() as i64, 0)?;
    Some(at.with_timezone(&periods.zone).naive_local())
}
