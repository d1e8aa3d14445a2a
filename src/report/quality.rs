//! What is known of the data of a report: rows, newest row, and what is missing.

use std::collections::BTreeMap;

use super::answer::row_count;
use super::definition::{ReportDefinition, ReportSource};
use super::freshness::SourceSpan;
use super::measuring::{MeasuredKpis, dated_rows};
use super::model::DataQuality;
use super::periods::ReportPeriods;
use super::session::ReportSession;
use crate::error::Result;

/// Points of NULL more than before from which a column is said of.
const MORE_NULL: f64 = 5.0;

/// A row for each source with a time, and a remark for each KPI that was left out.
///
/// # Errors
/// When a statement fails.
pub(super) async fn data_quality(
    session: &ReportSession<'_>,
    definition: &ReportDefinition,
    periods: &ReportPeriods,
    spans: &BTreeMap<String, SourceSpan>,
    measured: &MeasuredKpis,
) -> Result<Vec<DataQuality>> {
    let mut rows: Vec<DataQuality> = Vec::new();
    for (name, span) in spans {
        let used = definition
            .all_kpis()
            .into_iter()
            .filter_map(|kpi| definition.measure(kpi).ok());
        let Some(source) = used
            .filter(|m| m.source == *name)
            .find_map(|m| definition.source(m))
        else {
            continue;
        };
        let newest = span.newest.with_timezone(&periods.zone);
        let mut quality = of_source(session, definition, periods, name, source).await?;
        quality.newest = Some(newest.format("%Y-%m-%d %H:%M").to_string());
        let last = periods.now().end.pred_opt();
        if last.is_some_and(|last| newest.date_naive() < last) {
            quality.remarks.insert(
                0,
                format!(
                    "the newest row is older than the end of the period: {}",
                    newest.date_naive()
                ),
            );
        }
        rows.push(quality);
    }
    rows.extend(session.invalid_value().map(|reason| DataQuality {
        table: "invalid values".to_owned(),
        rows: 0,
        newest: None,
        remarks: vec![format!("left out; the first one: {reason}")],
    }));
    for (kpi, reason) in &measured.left_out {
        let title = definition.describe(kpi).map(|about| about.title)?;
        let remark = format!("{title} is left out: {reason}");
        let source = definition.measure(kpi)?.source.clone();
        match rows.iter_mut().find(|row| row.table == source) {
            Some(row) => row.remarks.push(remark),
            None => rows.push(DataQuality {
                table: source,
                rows: 0,
                newest: None,
                remarks: vec![remark],
            }),
        }
    }
    Ok(rows)
}

async fn of_source(
    session: &ReportSession<'_>,
    definition: &ReportDefinition,
    periods: &ReportPeriods,
    name: &str,
    source: &ReportSource,
) -> Result<DataQuality> {
    let (now, before) = (periods.now(), periods.before());
    let segments = definition.segments_sql(name, source);
    let statement = |sql: &str, dimensions: &[String]| {
        let missing: Vec<String> = dimensions
            .iter()
            .flat_map(|column| {
                [("now", now), ("before", before)].map(|(side, span)| {
                    format!(
                        "100.0 * count(*) FILTER (WHERE period = DATE '{0}' AND {column} IS NULL)\n    \
                         / nullif(count(*) FILTER (WHERE period = DATE '{0}'), 0) AS \"{column} {side}\"",
                        span.start
                    )
                })
            })
            .collect();
        let more = if missing.is_empty() {
            String::new()
        } else {
            format!(",\n  {}", missing.join(",\n  "))
        };
        let rows = dated_rows(sql, source, periods, &[before, now]);
        session.filled(&format!(
            "SELECT count(*) FILTER (WHERE period = DATE '{}') AS n{more}\nFROM ({rows})",
            now.start
        ))
    };
    let full = statement(&segments, &source.dimensions);
    let has_segments = session.can_plan(&full).await;
    let plain = statement(&definition.source_sql(name, source), &[]);
    let sql = if has_segments { &full } else { &plain };
    let answer = session
        .shown(
            &format!("quality-{name}"),
            &format!("Rows and missing values of {name}"),
            sql,
        )
        .await?;
    let mut remarks = Vec::new();
    for column in source.dimensions.iter().filter(|_| has_segments) {
        let share = |side: &str| answer.number(&format!("{column} {side}"), 0);
        if let (Some(now), Some(before)) = (share("now"), share("before"))
            && now > before + MORE_NULL
        {
            remarks.push(format!(
                "{column} is missing in {now:.0}% of the rows, {before:.0}% before"
            ));
        }
    }
    Ok(DataQuality {
        table: name.to_owned(),
        rows: row_count(answer.number("n", 0)),
        newest: None,
        remarks,
    })
}
