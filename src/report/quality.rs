//! What is known of the data of a report: rows, newest row, and what is missing.

use std::collections::BTreeMap;

use super::answer::row_count;
use super::definition::{ReportDefinition, ReportSource};
use super::freshness::SourceSpan;
use super::measuring::{MeasuredKpis, dated_rows, period};
use super::model::DataQuality;
use super::periods::{PeriodSpan, ReportPeriods};
use super::session::ReportSession;
use crate::error::Result;

/// Points of NULL more than before from which a column is said of.
const MORE_NULL: f64 = 5.0;

/// Column of the number of rows, which no dimension is called.
const ROWS: &str = "number of rows";

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
    let shown_as = |name| {
        let same = definition.source_of_rows(name);
        if spans.contains_key(same) { same } else { name }
    };
    for (name, span) in spans {
        if shown_as(name) != name {
            continue;
        }
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
        let source = &definition.measure(kpi)?.source;
        let source = shown_as(source);
        match rows.iter_mut().find(|row| row.table == source) {
            Some(row) => row.remarks.push(remark),
            None => rows.push(DataQuality {
                table: source.to_owned(),
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
        let known = dimensions.iter();
        let known = known.map(|column| format!(", count({column}) AS \"{column}\""));
        session.filled(&format!(
            "SELECT period, count(*) AS \"{ROWS}\"{}\nFROM ({})\nWHERE period IS NOT NULL\nGROUP BY period",
            known.collect::<String>(),
            dated_rows(sql, source, periods, &[before, now])
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
    let row =
        |span: PeriodSpan| (0..answer.len()).find(|&row| period(&answer, row) == Some(span.start));
    let rows = |span| row(span).and_then(|row| answer.number(ROWS, row));
    // Columns of a joined table are missing together.
    let mut missing: Vec<(String, Vec<&str>)> = Vec::new();
    for column in source.dimensions.iter().filter(|_| has_segments) {
        let share = |span| {
            let known = answer.number(column, row(span)?)?;
            Some(100.0 * (1.0 - known / rows(span)?))
        };
        if let (Some(now), Some(before)) = (share(now), share(before))
            && now > before + MORE_NULL
        {
            let shares = format!("missing in {now:.0}% of the rows, {before:.0}% before");
            match missing.iter_mut().find(|(known, _)| *known == shares) {
                Some((_, columns)) => columns.push(column),
                None => missing.push((shares, vec![column])),
            }
        }
    }
    let remarks = missing.iter().map(|(shares, columns)| {
        let verb = if columns.len() == 1 { "is" } else { "are" };
        format!("{} {verb} {shares}", columns.join(", "))
    });
    Ok(DataQuality {
        table: name.to_owned(),
        rows: row_count(rows(now)),
        newest: None,
        remarks: remarks.collect(),
    })
}
