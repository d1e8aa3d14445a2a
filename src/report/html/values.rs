//! Values of KPIs and what is said of them, as tiles and tables print them.

use maud::{Markup, html};

use crate::catalogue::CatalogueUnit;
use crate::output::chart;
use crate::report::figures;
use crate::report::model::{
    Change, ControlLimits, Estimate, FEWEST_ROWS, GoalOutcome, GoalState, HistoryPoint, Verdict,
};

/// A value with its unit.
pub(super) fn estimate(unit: CatalogueUnit, estimate: &Estimate) -> Markup {
    let few = is_few(unit, estimate);
    html! {
        @match estimate.value {
            None => span.few { "no value" },
            Some(value) if few => span.few { "(" (figures::value(unit, value)) ")" },
            Some(value) => (figures::value(unit, value)),
        }
    }
}

/// The same in large figures, beside which the unit is small.
pub(super) fn large(unit: CatalogueUnit, estimated: &Estimate) -> Markup {
    let few = is_few(unit, estimated);
    html! {
        @match estimated.value {
            Some(value) if !few => {
                @let (whole, bare) = (figures::value(unit, value), figures::bare(unit, value));
                (bare)
                span.unit { (whole.strip_prefix(&bare).unwrap_or_default()) }
            },
            _ => (estimate(unit, estimated)),
        }
    }
}

/// True of a number of tickets: it is counted, not estimated, so that a low one is as sure as any, and is its own n.
pub(super) fn is_count(unit: CatalogueUnit, estimate: &Estimate) -> bool {
    unit == CatalogueUnit::Tickets && estimate.low.is_none()
}

fn is_few(unit: CatalogueUnit, estimate: &Estimate) -> bool {
    estimate.n < FEWEST_ROWS && unit != CatalogueUnit::Tickets
}

/// "82.0 to 86.1".
pub(super) fn interval(unit: CatalogueUnit, estimate: &Estimate) -> Option<String> {
    let ends = estimate.low.zip(estimate.high);
    ends.map(|(low, high)| figures::interval(unit, low, high))
}

/// "n 1,204".
pub(super) fn rows(estimate: &Estimate) -> String {
    format!("n {}", figures::count(estimate.n))
}

/// "−5.0 points", "+12".
pub(super) fn difference(unit: CatalogueUnit, change: &Change) -> String {
    let signed = figures::signed(unit, change.difference);
    let sign = signed.chars().next().filter(|sign| !sign.is_ascii_digit());
    let size = figures::size(unit, change.difference);
    sign.map_or_else(|| size.clone(), |sign| format!("{sign}{size}"))
}

/// "−8.0 to −1.9".
pub(super) fn change_interval(unit: CatalogueUnit, change: &Change) -> Option<String> {
    let ends = change.low.zip(change.high);
    ends.map(|(low, high)| figures::signed_interval(unit, low, high))
}

/// The verdict in words. The sign before it tells the direction of the change, the colour whether that is good: the
/// words tell both to readers who see neither.
pub(super) fn verdict(verdict: Verdict, change: Option<&Change>) -> Markup {
    let class = match verdict {
        Verdict::Better => "verdict good",
        Verdict::Worse => "verdict bad",
        Verdict::Higher | Verdict::Lower | Verdict::Hint => "verdict",
        _ => "verdict quiet",
    };
    html! {
        span class=(class) {
            span.sign aria-hidden="true" { (direction(verdict, change)) }
            "\u{a0}" (verdict.words())
        }
    }
}

fn direction(verdict: Verdict, change: Option<&Change>) -> &'static str {
    let is_rise = change.map(|change| change.difference > 0.0);
    match (verdict, is_rise) {
        (Verdict::Higher, _) | (Verdict::Better | Verdict::Worse, Some(true)) => "▲",
        (Verdict::Lower, _) | (Verdict::Better | Verdict::Worse, Some(false)) => "▼",
        (Verdict::Hint, Some(true)) => "△",
        (Verdict::Hint, Some(false)) => "▽",
        (Verdict::TooFew | Verdict::NotCompared, _) => "○",
        _ => "●",
    }
}

/// "at least 85.0%".
pub(super) fn goal_level(unit: CatalogueUnit, goal: &GoalState) -> String {
    let at_least = goal.at_least.map(|level| ("at\u{a0}least", level));
    let at_most = goal.at_most.map(|level| ("at\u{a0}most", level));
    let ends = at_least.into_iter().chain(at_most);
    let words: Vec<String> = ends
        .map(|(words, level)| format!("{words} {}", unbroken(&figures::value(unit, level))))
        .collect();
    words.join(" and ")
}

/// A value that stays on one line.
fn unbroken(value: &str) -> String {
    value.replace(' ', "\u{a0}")
}

/// "met".
pub(super) fn goal_outcome(goal: &GoalState) -> Markup {
    let class = match goal.outcome {
        GoalOutcome::Met => "good",
        GoalOutcome::Missed => "bad",
        GoalOutcome::NotDecided => "quiet",
    };
    html! { span.outcome.(class) { (goal.outcome.words()) } }
}

/// Said of a value outside the limits of common variation.
pub(super) fn special_cause(value: &Estimate, limits: &ControlLimits) -> Option<&'static str> {
    let is_above = value.value? > limits.high;
    let side = if is_above {
        "above its usual range"
    } else {
        "below its usual range"
    };
    limits.is_out.then_some(side)
}

/// The periods as a small line; nothing if fewer than two have a value.
pub(super) fn history(unit: CatalogueUnit, title: &str, points: &[HistoryPoint]) -> Markup {
    let values: Vec<Option<f64>> = points.iter().map(|point| point.estimate.value).collect();
    let intervals: Vec<Option<[f64; 2]>> = points
        .iter()
        .map(|point| Some([point.estimate.low?, point.estimate.high?]))
        .collect();
    let is_unfinished = points.last().is_some_and(|point| point.is_unfinished);
    let drawn = (values.iter().flatten().count() > 1).then(|| {
        let label = history_label(unit, title, &values);
        chart::sparkline_svg(&values, &intervals, is_unfinished, &label)
    });
    html! {
        @if let Some(drawn) = drawn { (maud::PreEscaped(drawn)) }
        @if is_unfinished { span.note { "last one unfinished" } }
    }
}

/// "CSAT, 13 periods: 84.1% to 79.3%, lowest 79.3%, highest 86.0%".
fn history_label(unit: CatalogueUnit, title: &str, values: &[Option<f64>]) -> String {
    let known: Vec<f64> = values.iter().copied().flatten().collect();
    let print = |value: Option<f64>| {
        value.map_or_else(
            || "no value".to_owned(),
            |value| figures::value(unit, value),
        )
    };
    format!(
        "{title}, {} periods: {} to {}, lowest {}, highest {}",
        values.len(),
        print(known.first().copied()),
        print(known.last().copied()),
        print(known.iter().copied().reduce(f64::min)),
        print(known.iter().copied().reduce(f64::max)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERCENT: CatalogueUnit = CatalogueUnit::Percent;

    fn change(difference: f64) -> Change {
        Change {
            difference,
            low: Some(-8.0),
            high: Some(-1.9),
            p: None,
            p_adjusted: None,
        }
    }

    #[test]
    fn values_of_few_rows_stand_in_brackets() {
        let few = Estimate {
            value: Some(5.6),
            low: None,
            high: None,
            n: 12,
        };
        let html = estimate(CatalogueUnit::OfSeven, &few).into_string();
        assert_eq!(html, "<span class=\"few\">(5.60 of 7)</span>");
        assert_eq!(
            estimate(CatalogueUnit::Tickets, &few).into_string(),
            "6",
            "counted, not estimated"
        );
        assert_eq!(interval(PERCENT, &few), None);
    }

    #[test]
    fn differences_have_signs_and_units() {
        assert_eq!(difference(PERCENT, &change(-5.0)), "−5.0 points");
        assert_eq!(difference(CatalogueUnit::Hours, &change(0.44)), "+0.4 h");
        assert_eq!(difference(PERCENT, &change(0.01)), "0.0 points");
        let interval = change_interval(PERCENT, &change(-5.0));
        assert_eq!(interval.as_deref(), Some("−8.0 to −1.9"));
    }

    #[test]
    fn signs_tell_the_direction_and_words_the_verdict() {
        let better = verdict(Verdict::Better, Some(&change(-0.4))).into_string();
        assert!(better.contains('▼') && better.contains("better") && better.contains("good"));
        let unknown = verdict(Verdict::TooFew, None).into_string();
        assert!(unknown.contains('○') && unknown.contains("too few to say"));
    }

    #[test]
    fn goals_are_said_in_words() {
        let goal = GoalState {
            at_least: Some(85.0),
            at_most: None,
            outcome: GoalOutcome::NotDecided,
        };
        assert_eq!(goal_level(PERCENT, &goal), "at\u{a0}least 85.0%");
        assert!(goal_outcome(&goal).into_string().contains("not decided"));
    }
}
