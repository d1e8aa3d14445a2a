//! The values of all segments of a dimension, and their changes.

use super::{SegmentSearch, SegmentValue};
use crate::error::Result;
use crate::report::answer::ReportAnswer;
use crate::report::definition::{ReportMeasure, ReportSource};
use crate::report::measuring::{MeasuredKpi, compared_change, estimate, filtered};

/// Segments of a dimension, the largest ones.
const MOST_SEGMENTS: usize = 12;

impl SegmentSearch<'_> {
    /// The segments of a dimension; none if the tables lack its column.
    pub(super) async fn values<'k>(
        &self,
        name: &str,
        source: &ReportSource,
        dimension: &'k str,
        measures: &[(&'k MeasuredKpi, &ReportMeasure)],
    ) -> Result<Vec<SegmentValue<'k>>> {
        if measures.is_empty() {
            return Ok(Vec::new());
        }
        let columns: Vec<String> = measures
            .iter()
            .flat_map(|(kpi, measure)| columns(kpi, measure))
            .collect();
        let sql = format!(
            "SELECT CAST({dimension} AS VARCHAR) AS segment, count(*) FILTER (WHERE side) AS \"rows\",\n  {}\nFROM ({})\n\
             WHERE {dimension} IS NOT NULL AND CAST({dimension} AS VARCHAR) <> ''\n\
             GROUP BY segment\nORDER BY \"rows\" DESC, segment\nLIMIT {MOST_SEGMENTS}",
            columns.join(",\n  "),
            self.rows_sql(name, source),
        );
        let sql = self.session.filled(&sql);
        if !self.session.can_plan(&sql).await {
            return Ok(Vec::new());
        }
        let id = format!("segments-{name}-{dimension}");
        let title = format!("{name} by {dimension}");
        let answer = self.session.shown(&id, &title, &sql).await?;
        let mut values = Vec::new();
        for row in 0..answer.len() {
            for (kpi, measure) in measures {
                values.extend(value(&answer, row, kpi, measure, dimension, self.level));
            }
        }
        Ok(values)
    }
}

/// Value, value before and change of a KPI.
fn columns(kpi: &MeasuredKpi, measure: &ReportMeasure) -> [String; 3] {
    let name = &kpi.about.name;
    let detail = measure.detail.as_deref().unwrap_or_default();
    let compare = measure.compare.as_deref().unwrap_or_default();
    [
        format!("{} AS \"{name}\"", filtered(detail, measure, Some("side"))),
        format!(
            "{} AS \"{name} before\"",
            filtered(detail, measure, Some("NOT side"))
        ),
        format!("{} AS \"{name} change\"", filtered(compare, measure, None)),
    ]
}

fn value<'k>(
    answer: &ReportAnswer,
    row: usize,
    kpi: &'k MeasuredKpi,
    measure: &ReportMeasure,
    dimension: &'k str,
    level: f64,
) -> Option<SegmentValue<'k>> {
    let name = &kpi.about.name;
    let now = estimate(answer, name, "", measure, row);
    now.value?;
    Some(SegmentValue {
        kpi,
        dimension,
        segment: answer.text("segment", row)?,
        now,
        before: estimate(answer, &format!("{name} before"), "", measure, row),
        change: compared_change(answer, &format!("{name} change"), row, measure, level),
        against_rest: None,
    })
}
