//! The sections of a report, block by block, from what was computed for all of them.

use std::collections::BTreeMap;

use super::causes::CauseFindings;
use super::charts;
use super::definition::{
    self, BlockDefinition, BlockKind, ReportDefinition, SectionDefinition, SqlValues,
};
use super::figures;
use super::measuring::MeasuredKpi;
use super::model::{
    ActionStatus, Finding, FindingList, FindingTone, KpiRow, KpiTile, ReportAction,
    ReportAnnotation, ReportBlock, ReportPeriod, ReportSection, ReportSummary, Verdict,
};
use super::periods::ReportPeriods;
use super::rows::RowFacts;
use super::segments::SegmentFindings;
use super::sentences::{self, SummaryFacts};
use super::session::ReportSession;
use super::tables;
use crate::catalogue::KpiDirection;
use crate::error::{Error, Result};
use crate::queries::QueryLibrary;

/// Questions that a report proposes.
const MOST_PROPOSED: usize = 3;
/// Rows of a table, where the definition says nothing.
const TABLE_ROWS: usize = 20;
/// KPIs of the summary's sentence on volume.
const VOLUMES: [&str; 3] = ["ticket_volume", "backlog", "overdue_backlog"];

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
    pub(super) annotations: &'a [ReportAnnotation],
    pub(super) actions: &'a [ReportAction],
    pub(super) causes: &'a CauseFindings,
    pub(super) segments: &'a SegmentFindings,
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
        let appendix = self.row_facts.groups(&self.definition.appendix, self.kpis);
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
            let made = self.block(block.get_ref()).await;
            blocks.extend(
                made.map_err(|error| self.with_place(error, block.get_ref(), &block.span()))?,
            );
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

    /// What a block of the definition shows: one block, or one for each KPI whose causes were found.
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
                match charts::of_answer(&id, &title, &answer, chart.as_ref(), self.annotations) {
                    Ok(chart) if chart.drawing.is_drawable() => ReportBlock::Chart(Box::new(chart)),
                    _ => ReportBlock::Text {
                        markdown: format!("{title}: no data."),
                    },
                }
            }
            BlockKind::Table => {
                let (id, title, answer) = self.answer(block).await?;
                let most = block.rows.unwrap_or(TABLE_ROWS);
                ReportBlock::Table(tables::of_answer(&id, &title, &answer, &id, most)?)
            }
            BlockKind::Causes | BlockKind::Wins => ReportBlock::Findings(self.wins()),
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

    fn summary(&self) -> ReportSummary {
        let rows: Vec<&KpiRow> = self.rows.iter().collect();
        let counts: Vec<&KpiRow> = rows
            .iter()
            .copied()
            .filter(|row| VOLUMES.contains(&row.kpi.as_str()))
            .collect();
        let sentences = sentences::summary_sentences(&SummaryFacts {
            period: self.period,
            rows: &rows,
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
            tiles: tiles.take(5).map(tile).collect(),
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
            charts::of_history(
                &row,
                self.periods,
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

    async fn answer(
        &self,
        block: &BlockDefinition,
    ) -> Result<(String, String, super::answer::ReportAnswer)> {
        let id = block.id.clone().unwrap_or_default();
        let title = block.title.clone().unwrap_or_default();
        let sql = match &block.query {
            Some(name) => self.query_sql(name, block)?,
            None => self
                .session
                .filled(block.sql.as_deref().unwrap_or_default()),
        };
        let answer = self.session.shown(&id, &title, &sql).await?;
        Ok((id, title, answer))
    }

    /// SQL of a named query with the values of the block.
    fn query_sql(&self, name: &str, block: &BlockDefinition) -> Result<String> {
        let query = self.library.find(name)?;
        let given: Vec<(String, String)> = block
            .params
            .iter()
            .map(|(name, value)| (name.clone(), self.given(value)))
            .collect();
        let values: SqlValues = query
            .values(&given)?
            .iter()
            .map(|(name, value)| (name.clone(), definition::literal(value)))
            .collect();
        Ok(definition::filled(&query.sql, &values))
    }

    /// A parameter's text; `$start_day` and the like are those of the period.
    fn given(&self, value: &toml::Value) -> String {
        match value {
            toml::Value::String(text) => match text.as_str() {
                "$start_day" | "$start" => self.period.start.to_string(),
                "$end_day" | "$end" => self.period.end.to_string(),
                "$zone" => self.period.zone.clone(),
                other => other.to_owned(),
            },
            other => other.to_string(),
        }
    }

    fn chart_of(&self, block: &BlockDefinition) -> Result<Option<crate::queries::QueryChart>> {
        match (&block.chart, &block.query) {
            (Some(chart), _) => Ok(Some(chart.clone())),
            (None, Some(name)) => Ok(self.library.find(name)?.chart.clone()),
            (None, None) => Ok(None),
        }
    }

    /// Clear changes for the better, goals that are met, and the best segments.
    fn wins(&self) -> FindingList {
        let changes = self
            .rows
            .iter()
            .filter(|row| row.verdict == Verdict::Better);
        let changes = changes.map(|row| Finding {
            id: format!("win-{}", row.kpi),
            text: row.sentences.first().cloned().unwrap_or_default(),
            tone: FindingTone::Good,
            details: Vec::new(),
            statement: Some(row.statement.clone()),
        });
        FindingList {
            heading: "Wins".to_owned(),
            findings: changes.chain(self.segments.wins.iter().cloned()).collect(),
            when_empty: "No clear change for the better, and no segment that is clearly better than the rest.".to_owned(),
        }
    }

    /// Those of people first, then questions.
    fn actions(&self) -> Vec<ReportAction> {
        let mut questions: Vec<&(String, String)> = Vec::new();
        for question in &self.causes.questions {
            if !questions.iter().any(|(text, _)| *text == question.0) {
                questions.push(question);
            }
        }
        let proposed = questions
            .into_iter()
            .take(MOST_PROPOSED)
            .map(|(text, finding)| ReportAction {
                title: text.clone(),
                owner: None,
                due: None,
                status: ActionStatus::Proposed,
                finding: Some(finding.clone()),
            });
        self.actions.iter().cloned().chain(proposed).collect()
    }
}
