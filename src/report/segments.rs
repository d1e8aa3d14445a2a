//! Segments of the period that are clearly better or worse than the rest: wins and opportunities.
//!
//! One statement for each source and dimension gives the values of all segments; those whose interval leaves the
//! whole out are compared with the rest by `compare_*`, and the p are adjusted for all segments looked at.

use std::collections::BTreeMap;

use super::answer::ReportAnswer;
use super::definition::{ReportDefinition, ReportMeasure, ReportSource, text_literal};
use super::measuring::{MeasuredKpi, dated_rows, filtered};
use super::model::{Change, Finding, FindingTone};
use super::periods::ReportPeriods;
use super::sentences::{self, SegmentAgainstRest};
use super::session::ReportSession;
use crate::catalogue::KpiDirection;
use crate::error::Result;
use crate::insight::holm;

/// Segments of a dimension, the largest ones.
const MOST_SEGMENTS: usize = 12;
/// Rows that a segment must have.
const FEWEST: u64 = 30;
/// Findings of a list.
const MOST_FOUND: usize = 5;

/// Where segments are looked for.
pub(super) struct SegmentSearch<'a> {
    pub(super) session: &'a ReportSession<'a>,
    pub(super) definition: &'a ReportDefinition,
    pub(super) periods: &'a ReportPeriods,
    pub(super) level: f64,
}

/// A segment of one KPI.
struct SegmentValue<'a> {
    kpi: &'a MeasuredKpi,
    dimension: &'a str,
    segment: String,
    value: f64,
    n: u64,
    rows: u64,
    is_candidate: bool,
    difference: Option<Change>,
}

/// What was found, the best and the worst first.
#[derive(Debug, Default)]
pub(super) struct SegmentFindings {
    pub(super) wins: Vec<Finding>,
    pub(super) opportunities: Vec<Finding>,
}

impl SegmentSearch<'_> {
    /// The segments of the report's own KPIs.
    ///
    /// # Errors
    /// When a statement fails.
    pub(super) async fn find(
        &self,
        kpis: &BTreeMap<String, MeasuredKpi>,
    ) -> Result<SegmentFindings> {
        let mut by_source: BTreeMap<&str, Vec<(&MeasuredKpi, &ReportMeasure)>> = BTreeMap::new();
        for name in &self.definition.kpis {
            let measure = self.definition.measure(name)?;
            let Some(kpi) = kpis.get(name) else { continue };
            if kpi.about.better.is_some() && measure.compare.is_some() && measure.detail.is_some() {
                by_source
                    .entry(&measure.source)
                    .or_default()
                    .push((kpi, measure));
            }
        }
        let mut values = Vec::new();
        for (name, measures) in by_source {
            let Some(source) = measures
                .first()
                .and_then(|(_, m)| self.definition.source(m))
            else {
                continue;
            };
            let mut of_source = Vec::new();
            for dimension in self.dimensions(source) {
                let told = |(_, measure): &&(&MeasuredKpi, &ReportMeasure)| {
                    !measure.not_by.iter().any(|name| name == dimension)
                };
                let measures: Vec<_> = measures.iter().filter(told).copied().collect();
                of_source.extend(self.values(name, source, dimension, &measures).await?);
            }
            self.compare(name, source, &mut of_source).await?;
            values.extend(of_source);
        }
        adjust(&mut values);
        Ok(self.findings(&values))
    }

    fn dimensions<'s>(&self, source: &'s ReportSource) -> impl Iterator<Item = &'s str> {
        let wanted = self.definition.dimensions.clone();
        let is_wanted =
            move |name: &&String| wanted.as_ref().is_none_or(|wanted| wanted.contains(name));
        source
            .dimensions
            .iter()
            .filter(is_wanted)
            .map(String::as_str)
    }

    fn rows_sql(&self, name: &str, source: &ReportSource) -> String {
        let sql = self.definition.segments_sql(name, source);
        dated_rows(&sql, source, self.periods, &[self.periods.now()])
    }

    /// The values of all segments of a dimension.
    async fn values<'k>(
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
            .map(|(kpi, measure)| {
                let detail = measure.detail.as_deref().unwrap_or_default();
                format!(
                    "{} AS \"{}\"",
                    filtered(detail, measure, None),
                    kpi.about.name
                )
            })
            .collect();
        let sql = format!(
            "SELECT CAST({dimension} AS VARCHAR) AS segment, count(*) AS \"rows\",\n  {}\nFROM ({})\nWHERE {dimension} IS NOT NULL\n\
             GROUP BY segment\nORDER BY \"rows\" DESC, segment\nLIMIT {MOST_SEGMENTS}",
            columns.join(",\n  "),
            self.rows_sql(name, source),
        );
        let sql = self.session.filled(&sql);
        // A table without the column of a dimension has no such segments.
        if self.session.engine().sql(&sql).await.is_err() {
            return Ok(Vec::new());
        }
        let id = format!("segments-{name}-{dimension}");
        let answer = self
            .session
            .shown(&id, &format!("{name} by {dimension}"), &sql)
            .await?;
        let mut values = Vec::new();
        for row in 0..answer.len() {
            for (kpi, measure) in measures {
                values.extend(self.value(&answer, row, kpi, measure, dimension));
            }
        }
        Ok(values)
    }

    fn value<'k>(
        &self,
        answer: &ReportAnswer,
        row: usize,
        kpi: &'k MeasuredKpi,
        measure: &ReportMeasure,
        dimension: &'k str,
    ) -> Option<SegmentValue<'k>> {
        let estimate = super::measuring::estimate(answer, &kpi.about.name, "", measure, row);
        let whole = kpi.value(self.periods.now()).value?;
        let (low, high) = (estimate.low?, estimate.high?);
        Some(SegmentValue {
            kpi,
            dimension,
            segment: answer.text("segment", row)?,
            value: estimate.value?,
            n: estimate.n,
            rows: kpi.value(self.periods.now()).n,
            is_candidate: estimate.n >= FEWEST && (low > whole || high < whole),
            difference: None,
        })
    }

    /// Compares the candidates with the rest, all of a source in one statement.
    async fn compare(
        &self,
        name: &str,
        source: &ReportSource,
        values: &mut [SegmentValue<'_>],
    ) -> Result<()> {
        let mut columns = Vec::new();
        for (position, value) in values
            .iter()
            .enumerate()
            .filter(|(_, value)| value.is_candidate)
        {
            let measure = self.definition.measure(&value.kpi.about.name)?;
            let Some(compare) = &measure.compare else {
                continue;
            };
            let side = format!(
                "(CAST({} AS VARCHAR) = {})",
                value.dimension,
                text_literal(&value.segment)
            );
            let compare = with_side(compare, &side);
            columns.push(format!(
                "{} AS \"{position}\"",
                filtered(&compare, measure, None)
            ));
        }
        if columns.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "SELECT {}\nFROM ({})",
            columns.join(",\n  "),
            self.rows_sql(name, source)
        );
        let id = format!("segments-{name}-against-rest");
        let sql = self.session.filled(&sql);
        let answer = self
            .session
            .shown(&id, "Segments against the rest", &sql)
            .await?;
        for (position, value) in values
            .iter_mut()
            .enumerate()
            .filter(|(_, value)| value.is_candidate)
        {
            value.difference = super::measuring::change(&answer, &position.to_string());
        }
        Ok(())
    }

    fn findings(&self, values: &[SegmentValue<'_>]) -> SegmentFindings {
        let mut found = SegmentFindings::default();
        let mut ranked: Vec<(f64, &SegmentValue<'_>, Change)> = values
            .iter()
            .filter_map(|value| {
                let difference = value.difference?;
                let is_clear = difference.p_adjusted? <= 1.0 - self.level;
                let whole = value.kpi.value(self.periods.now());
                let width = (whole.high? - whole.low?).max(f64::MIN_POSITIVE);
                // What the whole would gain, in widths of its interval, so that KPIs of other units compare.
                let gain = share(value) * difference.difference.abs() / width;
                is_clear.then_some((gain, value, difference))
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (_, value, difference) in ranked {
            let about = &value.kpi.about;
            let Some(better) = about.better else { continue };
            let is_win = (difference.difference > 0.0) == (better == KpiDirection::Up);
            let (list, tone) = if is_win {
                (&mut found.wins, FindingTone::Good)
            } else {
                (&mut found.opportunities, FindingTone::Bad)
            };
            if list.len() == MOST_FOUND {
                continue;
            }
            let text = sentences::segment_against_rest(&SegmentAgainstRest {
                title: &about.short,
                unit: about.unit,
                better,
                dimension: value.dimension,
                segment: &value.segment,
                value: value.value,
                n: value.n,
                rows: &about.rows,
                difference,
                share: Some(share(value)).filter(|_| !self.is_median(about)),
                level: self.level,
            });
            let kind = if is_win { "win" } else { "opportunity" };
            list.extend(text.map(|text| Finding {
                id: format!("{kind}-{}", list.len() + 1),
                text,
                tone,
                details: Vec::new(),
                statement: Some(format!("segments-{}-against-rest", self.source_of(about))),
            }));
        }
        found
    }

    /// Medians of parts do not add up to that of the whole.
    fn is_median(&self, about: &super::definition::KpiDescription) -> bool {
        let compare = self
            .definition
            .measure(&about.name)
            .ok()
            .and_then(|measure| measure.compare.as_ref());
        compare.is_some_and(|compare| compare.starts_with("compare_duration"))
    }

    fn source_of(&self, about: &super::definition::KpiDescription) -> String {
        let measure = self.definition.measure(&about.name);
        measure
            .map(|measure| measure.source.clone())
            .unwrap_or_default()
    }
}

/// Share of the rows of the KPI.
#[expect(clippy::cast_precision_loss, reason = "numbers of rows far below 2^53")]
fn share(value: &SegmentValue<'_>) -> f64 {
    value.n as f64 / value.rows.max(1) as f64
}

/// Adjusts the p for all segments looked at: those that were not compared count with p 1.
fn adjust(values: &mut [SegmentValue<'_>]) {
    let p: Vec<Option<f64>> = values
        .iter()
        .map(|value| Some(value.difference.and_then(|change| change.p).unwrap_or(1.0)))
        .collect();
    for (value, adjusted) in values.iter_mut().zip(holm(&p)) {
        if let Some(change) = &mut value.difference {
            change.p_adjusted = adjusted.filter(|_| change.p.is_some());
        }
    }
}

/// `compare` with `side` in the place of the word `side`.
fn with_side(compare: &str, side: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for character in compare.chars().chain([' ']) {
        if character.is_ascii_alphanumeric() || character == '_' {
            word.push(character);
            continue;
        }
        out.push_str(if word == "side" { side } else { &word });
        word.clear();
        out.push(character);
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_is_replaced_as_a_word() {
        let compare = "compare_rate(inside > 0 AND b_side, side)";
        assert_eq!(
            with_side(compare, "(team = 'a')"),
            "compare_rate(inside > 0 AND b_side, (team = 'a'))"
        );
    }
}
