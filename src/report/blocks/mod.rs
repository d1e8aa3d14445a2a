//! The sections of a report, block by block, from what was computed for all of them.

mod outlook;
mod statement;
mod summary;

use std::collections::BTreeMap;

use statement::{left_out, may_be_left_out};

use super::causes::CauseFindings;
use super::charts;
use super::definition::{BlockDefinition, BlockKind, ReportDefinition, SectionDefinition};
use super::figures;
use super::history_chart::history_chart;
use super::measuring::MeasuredKpi;
use super::model::{
    FindingList, KpiRow, ReportAction, ReportAnnotation, ReportBlock, ReportPeriod, ReportSection,
};
use super::periods::ReportPeriods;
use super::rows::RowFacts;
use super::segments::SegmentFindings;
use super::session::ReportSession;
use super::tables;
use crate::error::{Error, Result};
use crate::queries::QueryLibrary;

/// Rows of a table, where the definition says nothing.
const TABLE_ROWS: usize = 20;

/// Everything that blocks are made of.
pub(super) struct BlockFacts<'a> {
    pub(super) session: &'a ReportSession<'a>,
    pub(super) definition: &'a ReportDefinition,
    pub(super) library: &'a QueryLibrary,
    pub(super) periods: &'a ReportPeriods,
    pub(super) period: &'a ReportPeriod,
    pub(super) kpis: &'a BTreeMap<String, MeasuredKpi>,
    pub(super) row_facts: &'a RowFacts<'a>,
    /// Rows of the report's own KPIs.
    pub(super) rows: &'a [KpiRow],
    /// The same with those of the appendix that the summary speaks of.
    pub(super) told: &'a [&'a KpiRow],
    pub(super) annotations: &'a [ReportAnnotation],
    pub(super) actions: &'a [ReportAction],
    pub(super) causes: &'a CauseFindings,
    pub(super) segments: &'a SegmentFindings,
    /// Texts of the report's parameters that have a value.
    pub(super) parameters: &'a BTreeMap<String, String>,
}

impl BlockFacts<'_> {
    /// All sections, and the appendix of further KPIs if the definition has any.
    ///
    /// # Errors
    /// When a statement of a block fails, with its section and block.
    pub(super) async fn sections(&self) -> Result<Vec<ReportSection>> {
        let mut sections = Vec::new();
        for section in &self.definition.sections {
            sections.push(self.section(section).await?);
        }
        let own = &self.definition.kpis;
        let further = self
            .definition
            .appendix
            .iter()
            .filter(|kpi| !own.contains(kpi));
        let appendix = self
            .row_facts
            .groups(&further.cloned().collect::<Vec<_>>(), self.kpis);
        if !appendix.is_empty() {
            sections.push(ReportSection {
                id: "appendix".to_owned(),
                heading: "Appendix: further KPIs".to_owned(),
                blocks: vec![ReportBlock::Kpis { groups: appendix }],
            });
        }
        Ok(sections)
    }

    async fn section(&self, section: &SectionDefinition) -> Result<ReportSection> {
        let mut blocks = Vec::new();
        for block in &section.blocks {
            match self.block(block.get_ref()).await {
                Ok(made) => blocks.extend(made),
                Err(error) if self.definition.is_shipped && may_be_left_out(&error) => {
                    blocks.push(left_out(block.get_ref(), &error));
                }
                Err(error) => return Err(self.with_place(error, block.get_ref(), &block.span())),
            }
        }
        Ok(ReportSection {
            id: section.id.get_ref().clone(),
            heading: section.heading.clone(),
            blocks,
        })
    }

    /// An error of a block's statement, with the file and line of the block.
    fn with_place(
        &self,
        error: Error,
        block: &BlockDefinition,
        span: &std::ops::Range<usize>,
    ) -> Error {
        match error {
            Error::Interrupted | Error::Timeout(_) | Error::Config { .. } => error,
            other => {
                let what = block.id.as_deref().unwrap_or("block");
                self.definition.problem(
                    span,
                    format!("{what}: {}", crate::terminal::wording(&other)),
                )
            }
        }
    }

    /// What a block of the definition shows: one block, one for each KPI whose causes were found, or none where no
    /// change can be taken apart.
    async fn block(&self, block: &BlockDefinition) -> Result<Vec<ReportBlock>> {
        if block.kind == BlockKind::Causes {
            return Ok(self
                .causes
                .lists
                .iter()
                .cloned()
                .map(ReportBlock::Findings)
                .collect());
        }
        if block.kind == BlockKind::Waterfall {
            let chart = self.causes.waterfall.iter().cloned();
            return Ok(chart
                .map(|chart| ReportBlock::Chart(Box::new(chart)))
                .collect());
        }
        Ok(vec![self.single_block(block).await?])
    }

    async fn single_block(&self, block: &BlockDefinition) -> Result<ReportBlock> {
        Ok(match block.kind {
            BlockKind::Summary => ReportBlock::Summary(self.summary()),
            BlockKind::Kpis => ReportBlock::Kpis {
                groups: self.row_facts.groups(
                    block.kpis.as_ref().unwrap_or(&self.definition.kpis),
                    self.kpis,
                ),
            },
            BlockKind::Trends => self.trends(block)?,
            BlockKind::Text => ReportBlock::Text {
                markdown: self.text(block.text.as_deref().unwrap_or_default()),
            },
            BlockKind::Chart => {
                let (id, title, answer) = self.answer(block).await?;
                let chart = self.chart_of(block)?;
                if answer.len() == 0 {
                    return Ok(ReportBlock::Text {
                        markdown: format!("{title}: no data."),
                    });
                }
                let chart = charts::of_answer(
                    &id,
                    &title,
                    &answer,
                    chart.as_ref(),
                    block.band.as_deref(),
                    self.annotations,
                )?;
                chart.drawing.check()?;
                ReportBlock::Chart(Box::new(chart))
            }
            BlockKind::Table => {
                let (id, title, answer) = self.answer(block).await?;
                let most = block.rows.unwrap_or(TABLE_ROWS);
                ReportBlock::Table(tables::of_answer(&id, &title, &answer, &id, most)?)
            }
            BlockKind::Causes | BlockKind::Waterfall | BlockKind::Wins => {
                ReportBlock::Findings(self.wins())
            }
            BlockKind::Opportunities => ReportBlock::Findings(FindingList {
                heading: "Opportunities".to_owned(),
                findings: self.segments.opportunities.clone(),
                when_empty: "No segment is clearly worse than the rest.".to_owned(),
            }),
            BlockKind::Actions => ReportBlock::Actions {
                actions: self.actions(),
            },
        })
    }

    fn trends(&self, block: &BlockDefinition) -> Result<ReportBlock> {
        let names = block.kpis.as_ref().unwrap_or(&self.definition.kpis);
        let rows = names
            .iter()
            .filter_map(|name| self.kpis.get(name))
            .map(|kpi| self.row_facts.row(kpi));
        let drawn = rows.filter(|row| {
            row.history
                .iter()
                .any(|point| point.estimate.value.is_some())
        });
        let charts = drawn.map(|row| {
            history_chart(
                &row,
                self.periods.grain.word(),
                self.annotations,
                self.row_facts.settings.level,
            )
        });
        Ok(ReportBlock::Charts {
            charts: charts.collect::<Result<_>>()?,
        })
    }

    /// `{csat}` is its value, `{csat.before}` the one before, `{period}` the label of the period.
    fn text(&self, text: &str) -> String {
        let mut out = text.replace("{period}", &self.period.label);
        for row in self.rows {
            let figure = |value: Option<f64>| {
                value.map_or_else(|| "no data".to_owned(), |v| figures::value(row.unit, v))
            };
            out = out.replace(&format!("{{{}}}", row.kpi), &figure(row.value.value));
            let before = row.before.and_then(|before| before.value);
            out = out.replace(&format!("{{{}.before}}", row.kpi), &figure(before));
            out = out.replace(&format!("{{{}.verdict}}", row.kpi), row.verdict.words());
        }
        out
    }
}
