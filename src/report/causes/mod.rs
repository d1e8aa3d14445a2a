//! What lies behind the changes of KPIs: their segments and mix, the level of their weeks, what customers write, and
//! the days that stand out.

mod days;
mod explained;
mod explained_rows;
mod levels;
mod themes;
mod waterfall;

use super::definition::{ReportDefinition, ReportMeasure, ReportSource};
use super::event::ReportEvent;
use super::measuring::MeasuredKpi;
use super::model::{Finding, FindingList, FindingTone, KpiRow, ReportChart, Verdict};
use super::periods::ReportPeriods;
use super::sentences::ProposedQuestion;
use super::session::ReportSession;
use super::settings::ReportSettings;
use crate::error::Result;

/// KPIs whose causes are looked for.
const MOST_KPIS: usize = 3;
/// Findings of each kind.
const MOST_OF_A_KIND: usize = 3;

/// Where causes are looked for.
pub(super) struct CauseSearch<'a> {
    pub(super) session: &'a ReportSession<'a>,
    pub(super) definition: &'a ReportDefinition,
    pub(super) settings: &'a ReportSettings,
    pub(super) periods: &'a ReportPeriods,
    pub(super) events: &'a [ReportEvent],
}

/// A KPI of the search, with the row that says what changed.
#[derive(Clone, Copy)]
struct ChangedKpi<'a> {
    kpi: &'a MeasuredKpi,
    row: &'a KpiRow,
    measure: &'a ReportMeasure,
    source: &'a ReportSource,
}

/// What was found, and what to ask about it.
#[derive(Debug, Default)]
pub(super) struct CauseFindings {
    pub(super) lists: Vec<FindingList>,
    /// Findings worth a sentence in the summary, the main one first.
    pub(super) main: Vec<Finding>,
    /// What the change of the first KPI that can be taken apart is made of.
    pub(super) waterfall: Option<ReportChart>,
    /// Questions with the id of their finding, the main one first.
    pub(super) questions: Vec<(String, String)>,
}

impl CauseFindings {
    /// Adds the segments that changed clearly; without another cause the first of them is the main one.
    pub(super) fn add_segments(&mut self, changed: &[(Finding, String)]) {
        if self.main.is_empty() {
            self.main
                .extend(changed.first().map(|(finding, _)| finding.clone()));
        }
        let questions = changed
            .iter()
            .map(|(finding, question)| (question.clone(), finding.id.clone()));
        self.questions.extend(questions);
        // The days come last.
        let place = self.lists.len().saturating_sub(1);
        self.lists.insert(
            place,
            FindingList {
                heading: "Segments that changed".to_owned(),
                findings: changed.iter().map(|(finding, _)| finding.clone()).collect(),
                when_empty: "No segment changed clearly by itself.".to_owned(),
            },
        );
    }
}

impl CauseSearch<'_> {
    /// The causes of the changes in `rows`, of which the worst come first.
    ///
    /// # Errors
    /// When a statement fails.
    pub(super) async fn find(
        &self,
        rows: &[&KpiRow],
        kpis: &std::collections::BTreeMap<String, MeasuredKpi>,
    ) -> Result<CauseFindings> {
        let mut found = CauseFindings::default();
        for row in worst(rows) {
            let Some(kpi) = kpis.get(&row.kpi) else {
                continue;
            };
            let measure = self.definition.measure(&row.kpi)?;
            let Some(source) = self.definition.source(measure) else {
                continue;
            };
            let changed = ChangedKpi {
                kpi,
                row,
                measure,
                source,
            };
            self.of_kpi(changed, &mut found).await?;
        }
        let (days, main_day) = self.days().await?;
        // What is known to have happened is worth more than parts of a change.
        found.main.splice(0..0, main_day);
        found.lists.push(FindingList {
            heading: "Days that stand out".to_owned(),
            findings: days,
            when_empty: "No day had more or fewer tickets than the weeks before let one expect."
                .to_owned(),
        });
        Ok(found)
    }

    async fn of_kpi(&self, changed: ChangedKpi<'_>, found: &mut CauseFindings) -> Result<()> {
        let mut list = FindingList {
            heading: changed.row.title.clone(),
            findings: vec![Finding {
                id: format!("cause-{}", changed.row.kpi),
                text: changed.row.sentences.first().cloned().unwrap_or_default(),
                tone: tone(changed.row.verdict),
                details: changed.row.sentences.iter().skip(1).cloned().collect(),
                statement: Some(changed.row.statement.clone()),
            }],
            when_empty: String::new(),
        };
        if changed.row.misses_goal() {
            let question = ProposedQuestion::Goal {
                title: &changed.row.short_title,
            };
            found
                .questions
                .push((question.sentence(), list.findings[0].id.clone()));
        }
        // Of a change that is not clear there is nothing to explain.
        if changed.row.verdict.is_clear() {
            self.explained(changed, &mut list, found).await?;
        }
        self.level_shifts(changed, &mut list, found).await?;
        self.themes(changed, &mut list, found).await?;
        found.lists.push(list);
        Ok(())
    }

    /// Adds a finding to the list, and to those of the summary and the questions.
    fn add(
        &self,
        changed: ChangedKpi<'_>,
        text: String,
        more: FindingMore<'_>,
        list: &mut FindingList,
        found: &mut CauseFindings,
    ) {
        let id = format!("cause-{}-{}", changed.row.kpi, list.findings.len());
        let finding = Finding {
            id: id.clone(),
            text,
            tone: FindingTone::Neutral,
            details: more.details,
            statement: more.statement,
        };
        if let Some(question) = more.question {
            found.questions.push((question.sentence(), id));
            found.main.push(Finding {
                text: told(&changed.row.short_title, &finding.text),
                details: Vec::new(),
                ..finding.clone()
            });
        }
        list.findings.push(finding);
    }
}

/// A finding for a reader who does not see its heading.
fn told(title: &str, text: &str) -> String {
    if text.contains(title) {
        text.to_owned()
    } else {
        format!("{title}: {text}")
    }
}

/// What accompanies the text of a finding.
#[derive(Default)]
struct FindingMore<'a> {
    details: Vec<String>,
    statement: Option<String>,
    question: Option<ProposedQuestion<'a>>,
}

/// Clear changes for the worse and missed goals first, then other clear changes.
fn worst<'r>(rows: &[&'r KpiRow]) -> Vec<&'r KpiRow> {
    let rank = |row: &KpiRow| match row.verdict {
        Verdict::Worse => Some(0),
        _ if row.misses_goal() => Some(1),
        Verdict::Better | Verdict::Higher | Verdict::Lower => Some(2),
        _ => None,
    };
    let mut ranked: Vec<(i32, f64, &KpiRow)> = rows
        .iter()
        .filter(|row| row.change.is_some())
        .filter_map(|row| {
            Some((
                rank(row)?,
                -row.change.map_or(0.0, |change| change.strength()),
                *row,
            ))
        })
        .collect();
    ranked.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    ranked
        .into_iter()
        .take(MOST_KPIS)
        .map(|(_, _, row)| row)
        .collect()
}

const fn tone(verdict: Verdict) -> FindingTone {
    match verdict {
        Verdict::Better => FindingTone::Good,
        Verdict::Worse => FindingTone::Bad,
        _ => FindingTone::Neutral,
    }
}
