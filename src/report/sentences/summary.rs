//! The sentences of the summary: at most five, and a reader who stops there has been told the truth.

use std::cmp::Reverse;

use super::compared::finite;
use super::{amounts, conflicts, counts};
use crate::report::figures;
use crate::report::model::{Finding, FindingTone, GoalOutcome, KpiRow, ReportPeriod, Verdict};

/// What the summary chooses from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SummaryFacts<'a> {
    pub(crate) period: &'a ReportPeriod,
    /// All KPIs of the report; the first of a row's sentences is that of its change.
    pub(crate) rows: &'a [&'a KpiRow],
    /// Volume and backlog.
    pub(crate) counts: &'a [&'a KpiRow],
    /// The main one first.
    pub(crate) causes: &'a [Finding],
    /// The main one first.
    pub(crate) risks: &'a [Finding],
}

/// The sentences in order: the clear change that matters most, goals, volume and backlog, the main cause, the main
/// risk. Those about which there is nothing to say are left out.
pub(crate) fn summary_sentences(facts: &SummaryFacts<'_>) -> Vec<Finding> {
    let (main, volume) = (main_change(facts), volume(facts.counts));
    // Where nothing else changed clearly, a volume that nobody expected comes first.
    let is_first =
        main.tone == FindingTone::Neutral && facts.counts.iter().any(|row| is_unexpected(row));
    let (first, third) = if is_first {
        (volume, Some(main))
    } else {
        (Some(main), volume)
    };
    let sentences = [
        first,
        goals(facts.rows),
        third,
        facts.causes.first().map(without_details),
        conflict(facts.rows).or_else(|| facts.risks.first().map(without_details)),
    ];
    let sentences = sentences.into_iter().flatten();
    let numbered = sentences.zip(1..).map(|(sentence, number)| Finding {
        id: format!("summary-{number}"),
        ..sentence
    });
    numbered.collect()
}

fn finding(text: String, tone: FindingTone) -> Finding {
    Finding {
        id: String::new(),
        text,
        tone,
        details: Vec::new(),
        statement: None,
    }
}

/// Details stand where the finding itself does.
fn without_details(found: &Finding) -> Finding {
    Finding {
        details: Vec::new(),
        ..found.clone()
    }
}

/// The clear change that matters most, and the names of the others; or that nothing changed clearly.
fn main_change(facts: &SummaryFacts<'_>) -> Finding {
    let mut clear: Vec<&KpiRow> = facts
        .rows
        .iter()
        .copied()
        .filter(|row| is_clear(row))
        .collect();
    clear.sort_by_key(|row| Reverse((weight(row), row.misses_goal())));
    let Some((first, others)) = clear.split_first() else {
        return finding(nothing_clear(facts), FindingTone::Neutral);
    };
    let text = first.sentences.first().cloned();
    let mut main = finding(text.unwrap_or_else(|| outcome(first)), tone(first.verdict));
    main.statement = Some(first.statement.clone());
    if !others.is_empty() {
        let others: Vec<String> = others.iter().map(|row| outcome(row)).collect();
        main.details
            .push(format!("Clear too: {}.", others.join("; ")));
    }
    main
}

const fn is_unexpected(row: &KpiRow) -> bool {
    matches!(row.verdict, Verdict::Higher | Verdict::Lower)
}

/// `CSAT worse (79.3%, −5.0)`.
fn outcome(row: &KpiRow) -> String {
    let figures = row.value.value.zip(row.change).map(|(value, change)| {
        let value = figures::value(row.unit, value);
        format!(
            " ({value}, {})",
            figures::signed(row.unit, change.difference)
        )
    });
    format!(
        "{} {}{}",
        row.short_title,
        row.verdict.words(),
        figures.unwrap_or_default()
    )
}

/// Counts are said of in a sentence of their own.
fn is_clear(row: &KpiRow) -> bool {
    row.verdict.is_clear() && weight(row) > 0
}

/// The difference in half-widths of its interval, in tenths: those that are about equal are equal.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float beyond the range becomes its end"
)]
fn weight(row: &KpiRow) -> u64 {
    let Some(change) = row.change else {
        return 0;
    };
    let width = amounts::ends(change.low, change.high).map(|(low, high)| (high - low) / 2.0);
    width.map_or(0, |half| {
        (10.0 * change.difference.abs() / half).round() as u64
    })
}

const fn tone(verdict: Verdict) -> FindingTone {
    match verdict {
        Verdict::Better => FindingTone::Good,
        Verdict::Worse => FindingTone::Bad,
        _ => FindingTone::Neutral,
    }
}

fn nothing_clear(facts: &SummaryFacts<'_>) -> String {
    let period = facts.period;
    if period.is_unfinished {
        return format!(
            "The data end before {} does, so nothing is compared.",
            period.label
        );
    }
    if facts
        .rows
        .iter()
        .all(|row| finite(row.value.value).is_none())
    {
        return format!("There are no data of {}.", period.label);
    }
    // Numbers of things are held against their range, and not compared.
    let is_compared = |row: &&&KpiRow| {
        let is_judged = !matches!(row.verdict, Verdict::NotCompared | Verdict::TooFew);
        is_judged && row.change.is_some_and(|change| change.low.is_some())
    };
    let before = &period.before_label;
    match facts.rows.iter().filter(is_compared).count() {
        0 => format!("Nothing can be compared with {before}: there are too few data."),
        1 => format!("Nothing changed clearly: 1 KPI was compared with {before}."),
        many if facts.counts.iter().any(|row| is_unexpected(row)) => {
            format!("No other KPI changed clearly: {many} were compared with {before}.")
        }
        many => format!("Nothing changed clearly: {many} KPIs were compared with {before}."),
    }
}

/// `CSAT 79.3%`.
fn with_value(row: &KpiRow) -> String {
    match finite(row.value.value) {
        Some(value) => format!("{} {}", row.short_title, figures::value(row.unit, value)),
        None => row.short_title.clone(),
    }
}

/// The goals of a row that have that outcome: of the whole, and of segments.
fn goals_with_values(row: &KpiRow, outcome: GoalOutcome) -> Vec<String> {
    let whole = row.goal.as_ref().filter(|goal| goal.outcome == outcome);
    let segments = row.segment_goals.iter();
    let segments = segments.filter(|segment| segment.goal.outcome == outcome);
    let of_segments = segments.map(|segment| {
        let value = finite(segment.value.value).map(|value| figures::value(row.unit, value));
        format!(
            "{} of {} {}",
            row.short_title,
            segment.segment,
            value.unwrap_or_default()
        )
    });
    let whole = whole.map(|_| with_value(row));
    whole.into_iter().chain(of_segments).collect()
}

/// `Goals: 3 met, 1 missed (CSAT 79.3%), 2 not decided.`
fn goals(rows: &[&KpiRow]) -> Option<Finding> {
    let titles = |outcome: GoalOutcome| -> Vec<String> {
        rows.iter()
            .flat_map(|row| goals_with_values(row, outcome))
            .collect()
    };
    let (met, missed) = (titles(GoalOutcome::Met), titles(GoalOutcome::Missed));
    let open = titles(GoalOutcome::NotDecided);
    let named = format!("missed ({})", missed.join("; "));
    let parts: Vec<String> = [
        (met.len(), "met"),
        (missed.len(), &named),
        (open.len(), "not decided"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, words)| format!("{count} {words}"))
    .collect();
    let tone = match (met.is_empty(), missed.is_empty()) {
        (_, false) => FindingTone::Bad,
        (false, true) => FindingTone::Good,
        (true, true) => FindingTone::Neutral,
    };
    (!parts.is_empty()).then(|| finding(format!("Goals: {}.", parts.join(", ")), tone))
}

/// `Ticket volume 1,812, 6% more than before and more than expected; Backlog 402, 3% fewer than before.`
fn volume(rows: &[&KpiRow]) -> Option<Finding> {
    let parts: Vec<String> = rows.iter().filter_map(|row| counted(row)).collect();
    let mut found = finding(format!("{}.", parts.join("; ")), FindingTone::Neutral);
    found.statement = rows.first().map(|row| row.statement.clone());
    (!parts.is_empty()).then_some(found)
}

fn counted(row: &KpiRow) -> Option<String> {
    let value = finite(row.value.value)?;
    let number = format!("{} {}", row.short_title, figures::bare(row.unit, value));
    let before = row.before.and_then(|before| finite(before.value));
    let before = before.filter(|_| row.verdict != Verdict::NotCompared);
    let compared =
        before.map(|before| format!(", {}", counts::compared_count(value, before, "before")));
    let expected = match row.verdict {
        Verdict::Higher => " and more than expected",
        Verdict::Lower => " and fewer than expected",
        _ => "",
    };
    Some(format!(
        "{number}{}{expected}",
        compared.unwrap_or_default()
    ))
}

/// KPIs that moved against each other are the first risk: each alone would mislead.
fn conflict(rows: &[&KpiRow]) -> Option<Finding> {
    let text =
        conflicts::speed_against_quality(rows).or_else(|| conflicts::disagreeing_scores(rows));
    text.map(|text| finding(text, FindingTone::Bad))
}

#[cfg(test)]
pub(super) mod examples {
    use super::super::compared::examples::{change, estimate};
    use super::*;
    use crate::catalogue::CatalogueUnit;

    pub(in crate::report::sentences) fn row(kpi: &str, title: &str, verdict: Verdict) -> KpiRow {
        KpiRow {
            kpi: kpi.to_owned(),
            title: title.to_owned(),
            short_title: title.to_owned(),
            unit: CatalogueUnit::Percent,
            better: None,
            indicator: "lagging".to_owned(),
            value: estimate(79.3, 1_204),
            before: Some(estimate(84.3, 1_310)),
            change: Some(change(-5.0, -8.0, -1.9, 0.001)),
            year_ago: None,
            change_in_year: None,
            goal: None,
            segment_goals: Vec::new(),
            history: Vec::new(),
            control: None,
            verdict,
            sentences: vec![format!("{title} is said of.")],
            statement: format!("sql-{kpi}"),
        }
    }
}
