//! Segments of the period: those that are clearly better or worse than the rest, and those that changed clearly.
//!
//! One statement for each source and dimension gives the values of all segments and their changes since the period
//! before; those whose interval leaves the whole out are compared with the rest by `compare_*`. The p are adjusted for
//! all segments looked at.

mod against_rest;
mod changed;
mod goals;
mod values;

use std::collections::BTreeMap;

use super::definition::{ReportDefinition, ReportMeasure, ReportSource};
use super::measuring::{MeasuredKpi, dated_rows};
use super::model::{Change, Estimate, Finding};
use super::periods::ReportPeriods;
use super::session::ReportSession;
use crate::error::Result;

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
    now: Estimate,
    before: Estimate,
    /// Since the period before.
    change: Option<Change>,
    /// The segment minus the rest; only of those whose interval leaves the whole out.
    against_rest: Option<Change>,
}

/// What was found, the best and the worst first.
#[derive(Debug, Default)]
pub(super) struct SegmentFindings {
    pub(super) wins: Vec<Finding>,
    pub(super) opportunities: Vec<Finding>,
    /// Clear changes since the period before, the clearest first, each with the question that it raises.
    pub(super) changed: Vec<(Finding, String)>,
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
            self.compare_with_rest(name, source, &mut of_source).await?;
            values.extend(of_source);
        }
        let mut found = self.against_rest(&mut values);
        found.changed = self.changed(&mut values);
        Ok(found)
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

    /// The rows of the period and of the one before, with `side` true for the period.
    fn rows_sql(&self, name: &str, source: &ReportSource) -> String {
        let sql = self.definition.segments_sql(name, source);
        let spans = [self.periods.before(), self.periods.now()];
        let rows = dated_rows(&sql, source, self.periods, &spans);
        format!(
            "SELECT *, period = DATE '{}' AS side FROM ({rows})",
            self.periods.now().start
        )
    }
}

impl SegmentValue<'_> {
    /// Share of the rows of the KPI.
    #[expect(clippy::cast_precision_loss, reason = "numbers of rows far below 2^53")]
    fn share(&self, periods: &ReportPeriods) -> f64 {
        self.now.n as f64 / self.kpi.value(periods.now()).n.max(1) as f64
    }
}
