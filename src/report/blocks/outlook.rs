//! Wins, and what to do next.

use super::BlockFacts;
use crate::report::model::{
    ActionStatus, Finding, FindingList, FindingTone, GoalOutcome, KpiRow, ReportAction, Verdict,
};
use crate::report::sentences;

/// Questions that a report proposes.
const MOST_PROPOSED: usize = 3;

impl BlockFacts<'_> {
    /// Clear changes for the better, goals that are met, and the best segments.
    pub(super) fn wins(&self) -> FindingList {
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
        let reached = self
            .rows
            .iter()
            .filter(|row| is_newly_met(row))
            .filter_map(|row| {
                let sentence = sentences::goal_sentence(row.goal.as_ref()?, row.unit, &row.value);
                Some(Finding {
                    id: format!("goal-{}", row.kpi),
                    text: format!("{}: {sentence}", row.short_title),
                    tone: FindingTone::Good,
                    details: Vec::new(),
                    statement: Some(row.statement.clone()),
                })
            });
        FindingList {
            heading: "Wins".to_owned(),
            findings: changes.chain(reached).chain(self.segments.wins.iter().cloned()).collect(),
            when_empty: "No clear change for the better, and no segment that is clearly better than the rest.".to_owned(),
        }
    }

    /// Those of people first, then questions.
    pub(super) fn actions(&self) -> Vec<ReportAction> {
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

/// True if the goal is met now and was not before.
fn is_newly_met(row: &KpiRow) -> bool {
    let (Some(goal), Some(before)) = (&row.goal, &row.before) else {
        return false;
    };
    let then = sentences::goal_outcome(goal.at_least, goal.at_most, row.unit, before);
    goal.outcome == GoalOutcome::Met && then != GoalOutcome::Met
}
