//! SQL of the values of KPIs: one statement for all KPIs of a source.

use std::fmt::Write as _;

use crate::report::definition::{ReportMeasure, ReportSource};
use crate::report::periods::{PeriodSpan, ReportPeriods};

/// A KPI with its measure.
pub(super) type NamedMeasure<'a> = (&'a str, &'a ReportMeasure);

/// Column of a KPI's number of rows.
pub(super) fn n_column(kpi: &str) -> String {
    format!("{kpi} n")
}

/// Column of a KPI's comparison with the same period a year ago.
pub(super) fn year_column(kpi: &str) -> String {
    format!("{kpi} in a year")
}

/// Column of a state or flow of the period number `position`.
pub(super) fn span_column(kpi: &str, position: usize) -> String {
    format!("{kpi} {position}")
}

/// The rows of a source with `period`, the first day of the period that each is in.
pub(in crate::report) fn dated_rows(
    sql: &str,
    source: &ReportSource,
    periods: &ReportPeriods,
    spans: &[PeriodSpan],
) -> String {
    let time = source.time.as_deref().unwrap_or_default();
    let case = |name: &str, value: &dyn Fn(PeriodSpan) -> String| {
        let mut text = "CASE".to_owned();
        let mut until = None;
        for span in spans {
            if until != Some(span.start) {
                // Nothing is writing here but rows of a gap between the spans.
                let _ = write!(
                    text,
                    " WHEN {time} < {} THEN NULL",
                    periods.literal(span.start)
                );
            }
            let _ = write!(
                text,
                "\n    WHEN {time} < {} THEN {}",
                periods.literal(span.end),
                value(*span)
            );
            until = Some(span.end);
        }
        format!("{text} END AS {name}")
    };
    let first = spans
        .first()
        .map(|span| periods.literal(span.start))
        .unwrap_or_default();
    let last = spans
        .last()
        .map(|span| periods.literal(span.end))
        .unwrap_or_default();
    let period = case("period", &|span| format!("DATE '{}'", span.start));
    let start = case("period_start", &|span| periods.literal(span.start));
    let end = case("period_end", &|span| periods.literal(span.end));
    format!(
        "SELECT *,\n  {period},\n  {start},\n  {end}\nFROM ({})\nWHERE {time} >= {first} AND {time} < {last}",
        sql.trim()
    )
}

/// Values of `measures`, which have `detail`, in each of `spans`.
pub(super) fn by_period(
    source_sql: &str,
    source: &ReportSource,
    measures: &[NamedMeasure<'_>],
    periods: &ReportPeriods,
    spans: &[PeriodSpan],
) -> String {
    let mut columns = Vec::new();
    for (kpi, measure) in measures {
        let detail = measure.detail.as_deref().unwrap_or_default();
        columns.push(format!("{} AS \"{kpi}\"", filtered(detail, measure, None)));
        if let Some(n) = &measure.n {
            columns.push(format!(
                "{} AS \"{}\"",
                filtered(n, measure, None),
                n_column(kpi)
            ));
        }
    }
    format!(
        "SELECT period, {}\nFROM ({})\nWHERE period IS NOT NULL\nGROUP BY period\nORDER BY period",
        columns.join(",\n  "),
        dated_rows(source_sql, source, periods, spans)
    )
}

/// Comparisons of the period with the one before and with the same one a year ago; `None` if no measure has any.
pub(super) fn comparisons(
    source_sql: &str,
    source: &ReportSource,
    measures: &[NamedMeasure<'_>],
    periods: &ReportPeriods,
) -> Option<String> {
    let [now, before, year_ago] = [periods.now(), periods.before(), periods.year_ago]
        .map(|span| format!("DATE '{}'", span.start));
    let mut columns = Vec::new();
    for (kpi, measure) in measures {
        let Some(compare) = &measure.compare else {
            continue;
        };
        for (other, column) in [(&before, (*kpi).to_owned()), (&year_ago, year_column(kpi))] {
            let pair = format!("period IN ({other}, {now})");
            columns.push(format!(
                "{} AS \"{column}\"",
                filtered(compare, measure, Some(&pair))
            ));
        }
    }
    if columns.is_empty() {
        return None;
    }
    let mut spans = vec![periods.year_ago, periods.before(), periods.now()];
    spans.dedup();
    Some(format!(
        "SELECT {}\nFROM (SELECT *, period = {now} AS side FROM ({}))\nWHERE period IS NOT NULL",
        columns.join(",\n  "),
        dated_rows(source_sql, source, periods, &spans)
    ))
}

/// `aggregate` over the rows that the measure is about.
pub(in crate::report) fn filtered(
    aggregate: &str,
    measure: &ReportMeasure,
    more: Option<&str>,
) -> String {
    let own = measure
        .condition
        .as_ref()
        .map(|condition| format!("({condition})"));
    let conditions: Vec<&str> = own.as_deref().into_iter().chain(more).collect();
    if conditions.is_empty() {
        return aggregate.to_owned();
    }
    format!("{aggregate} FILTER (WHERE {})", conditions.join(" AND "))
}

/// States and flows of `measures`, which have `at`, in each of `spans`; `$start` and the like are still in it.
pub(super) fn at_each(source_sql: &str, measures: &[NamedMeasure<'_>], position: usize) -> String {
    let columns: Vec<String> = measures
        .iter()
        .map(|(kpi, measure)| {
            let at = measure.at.as_deref().unwrap_or_default();
            format!(
                "{} AS \"{}\"",
                filtered(at, measure, None),
                span_column(kpi, position)
            )
        })
        .collect();
    format!(
        "SELECT {}\nFROM ({})",
        columns.join(",\n  "),
        source_sql.trim()
    )
}
