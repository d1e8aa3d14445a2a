//! The summary of a report: its sentences and tiles.

use super::BlockFacts;
use crate::catalogue::KpiDirection;
use crate::report::model::{Finding, FindingTone, KpiRow, KpiTile, ReportSummary, Verdict};
use crate::report::sentences::{self, SummaryFacts};

/// KPIs of the summary's sentence on volume.
const VOLUMES: [&str; 3] = ["ticket_volume", "backlog", "overdue_backlog"];
/// Tiles of a summary.
const MOST_TILES: usize = 5;

impl BlockFacts<'_> {
    /// At most five sentences and five tiles.
    pub(super) fn summary(&self) -> ReportSummary {
        let counts: Vec<&KpiRow> = self
            .rows
            .iter()
            .filter(|row| VOLUMES.contains(&row.kpi.as_str()))
            .collect();
        let sentences = sentences::summary_sentences(&SummaryFacts {
            period: self.period,
            rows: self.told,
            counts: &counts,
            causes: &self.causes.main,
            risks: &self.risks(),
        });
        let tiles = self
            .definition
            .tiles
            .iter()
            .filter_map(|name| self.rows.iter().find(|row| row.kpi == *name));
        let tile = |row: &KpiRow| KpiTile {
            kpi: row.kpi.clone(),
            title: row.title.clone(),
            unit: row.unit,
            value: row.value,
            change: row.change,
            verdict: row.verdict,
            goal: row.goal.clone(),
            history: row.history.clone(),
        };
        ReportSummary {
            sentences,
            tiles: tiles.take(MOST_TILES).map(tile).collect(),
        }
    }

    /// KPIs that are outside of their usual range without a clear change to speak of it.
    fn risks(&self) -> Vec<Finding> {
        let out = self.rows.iter().filter(|row| {
            let is_told = matches!(row.verdict, Verdict::Better | Verdict::Worse);
            let limits = row.control.filter(|limits| limits.is_out && !is_told);
            let is_bad =
                limits
                    .zip(row.value.value)
                    .is_some_and(|(limits, value)| match row.better {
                        Some(KpiDirection::Up) => value < limits.low,
                        _ => value > limits.high,
                    });
            is_bad && !self.period.is_unfinished && !VOLUMES.contains(&row.kpi.as_str())
        });
        out.filter_map(|row| {
            let text = sentences::control_state(
                &row.short_title,
                row.unit,
                row.value.value?,
                &row.control?,
            );
            Some(Finding {
                id: format!("risk-{}", row.kpi),
                text,
                tone: FindingTone::Bad,
                details: Vec::new(),
                statement: Some("control-limits".to_owned()),
            })
        })
        .collect()
    }
}
