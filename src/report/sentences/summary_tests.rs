//! The summary on rows of a small report.

use chrono::NaiveDate;

use super::compared::examples::{change, estimate};
use super::summary::examples::row;
use super::{SummaryFacts, summary_sentences};
use crate::catalogue::CatalogueUnit;
use crate::report::model::{
    Finding, FindingTone, GoalOutcome, GoalState, KpiRow, ReportPeriod, Verdict,
};

fn period(is_unfinished: bool) -> ReportPeriod {
    let day = |month| NaiveDate::from_ymd_opt(2025, month, 1).unwrap();
    ReportPeriod {
        grain: "month".to_owned(),
        label: "March 2025".to_owned(),
        start: day(3),
        end: day(4),
        before_label: "February 2025".to_owned(),
        year_ago_label: "March 2024".to_owned(),
        zone: "UTC".to_owned(),
        is_unfinished,
    }
}

fn said(
    rows: &[&KpiRow],
    counts: &[&KpiRow],
    causes: &[Finding],
    risks: &[Finding],
) -> Vec<String> {
    let period = period(false);
    let facts = SummaryFacts {
        period: &period,
        rows,
        counts,
        causes,
        risks,
    };
    let sentences = summary_sentences(&facts).into_iter();
    sentences.map(|sentence| sentence.text).collect()
}

fn finding(text: &str) -> Finding {
    Finding {
        id: text.to_owned(),
        text: text.to_owned(),
        tone: FindingTone::Bad,
        details: Vec::new(),
        statement: None,
    }
}

fn with_goal(outcome: GoalOutcome, row: KpiRow) -> KpiRow {
    let goal = Some(GoalState {
        at_least: Some(85.0),
        at_most: None,
        outcome,
    });
    KpiRow { goal, ..row }
}

fn count(title: &str, value: f64, before: f64, verdict: Verdict) -> KpiRow {
    KpiRow {
        unit: CatalogueUnit::Tickets,
        value: estimate(value, 1),
        before: Some(estimate(before, 1)),
        change: None,
        ..row("ticket_volume", title, verdict)
    }
}

#[test]
fn five_sentences_in_their_order() {
    let csat = with_goal(GoalOutcome::Missed, row("csat", "CSAT", Verdict::Worse));
    let met = with_goal(
        GoalOutcome::Met,
        row("sla_rate", "SLA", Verdict::NoClearChange),
    );
    let open = with_goal(
        GoalOutcome::NotDecided,
        row("ces_top", "Effort", Verdict::Hint),
    );
    let rows = [&met, &csat, &met, &open, &met, &open];
    let volume = count("Ticket volume", 1_812.0, 1_710.0, Verdict::Higher);
    let backlog = count("Backlog", 402.0, 414.0, Verdict::NoClearChange);
    let causes = [finding("The cause."), finding("Another cause.")];
    let risks = [finding("The risk.")];
    assert_eq!(
        said(&rows, &[&volume, &backlog], &causes, &risks),
        [
            "CSAT is said of.",
            "Goals: 3 met, 1 missed (CSAT 79.3%), 2 not decided.",
            "Ticket volume 1,812, 6% more than before and more than expected; Backlog 402, 3% fewer than before.",
            "The cause.",
            "The risk.",
        ]
    );
}

#[test]
fn the_change_with_most_evidence_comes_first() {
    let csat = row("csat", "CSAT", Verdict::Worse);
    let nps = KpiRow {
        change: Some(change(6.0, 4.0, 8.0, 0.001)),
        ..row("nps", "NPS", Verdict::Better)
    };
    let missed = with_goal(GoalOutcome::Missed, row("fcr_flag", "FCR", Verdict::Worse));
    let period = period(false);
    let facts = SummaryFacts {
        period: &period,
        rows: &[&csat, &missed, &nps],
        counts: &[],
        causes: &[],
        risks: &[],
    };
    let sentences = summary_sentences(&facts);
    assert_eq!(sentences[0].text, "NPS is said of.");
    assert_eq!(
        sentences[0].details,
        ["Clear too: FCR worse (79.3%, −5.0); CSAT worse (79.3%, −5.0)."]
    );
    assert_eq!(sentences[0].statement.as_deref(), Some("sql-nps"));
    let last = sentences.last().unwrap();
    assert_eq!(
        last.text,
        "The scores of customers disagree: clearly better NPS, clearly worse CSAT."
    );
}

#[test]
fn nothing_clear_is_said_to_be_so() {
    let hint = row("csat", "CSAT", Verdict::Hint);
    assert_eq!(
        said(&[&hint], &[], &[], &[]),
        ["Nothing changed clearly: 1 KPI was compared with February 2025."]
    );
    let few = row("csat", "CSAT", Verdict::TooFew);
    assert_eq!(
        said(&[&few], &[], &[], &[]),
        ["Nothing can be compared with February 2025: there are too few data."]
    );
    assert_eq!(
        said(&[], &[], &[], &[]),
        ["There are no data of March 2025."]
    );
    let period = period(true);
    let facts = SummaryFacts {
        period: &period,
        rows: &[&hint],
        counts: &[],
        causes: &[],
        risks: &[],
    };
    assert_eq!(
        summary_sentences(&facts)[0].text,
        "The data end before March 2025 does, so nothing is compared."
    );
}
