//! Goals: an outcome is decided only when the whole interval lies on one side.

use super::amounts;
use super::compared::finite;
use crate::catalogue::CatalogueUnit;
use crate::report::figures;
use crate::report::model::{Estimate, GoalOutcome, GoalState, SegmentGoal};

/// Outcome of a goal: met or missed if the interval of `estimate` lies on one side of it. A number of tickets
/// without an interval is compared as it stands.
pub(crate) fn goal_outcome(
    at_least: Option<f64>,
    at_most: Option<f64>,
    unit: CatalogueUnit,
    estimate: &Estimate,
) -> GoalOutcome {
    let exact = finite(estimate.value).filter(|_| unit == CatalogueUnit::Tickets);
    let interval = amounts::ends(estimate.low, estimate.high);
    let Some((low, high)) = interval.or_else(|| exact.map(|value| (value, value))) else {
        return GoalOutcome::NotDecided;
    };
    let has_goal = at_least.is_some() || at_most.is_some();
    let is_missed =
        at_least.is_some_and(|goal| high < goal) || at_most.is_some_and(|goal| low > goal);
    let is_met = at_least.is_none_or(|goal| low >= goal) && at_most.is_none_or(|goal| high <= goal);
    match (is_missed, is_met) {
        (true, _) => GoalOutcome::Missed,
        (false, true) if has_goal && finite(estimate.value).is_some() => GoalOutcome::Met,
        _ => GoalOutcome::NotDecided,
    }
}

/// `Goal 90%: missed, 86.1% (84.9 to 87.2).`
pub(crate) fn goal_sentence(goal: &GoalState, unit: CatalogueUnit, estimate: &Estimate) -> String {
    let state = format!("Goal {}: {}", goal_words(goal, unit), goal.outcome.words());
    let Some(value) = finite(estimate.value) else {
        return format!("{state}, no data.");
    };
    let value = figures::value(unit, value);
    match amounts::ends(estimate.low, estimate.high) {
        Some((low, high)) => format!("{state}, {value} ({}).", figures::interval(unit, low, high)),
        None => format!("{state}, {value}."),
    }
}

/// `By priority: missed by urgent (at most 30 min; 48 min, 40 to 55, n 310); met by high, low.` `None` without segments.
pub(crate) fn segment_goals_sentence(goals: &[SegmentGoal], unit: CatalogueUnit) -> Option<String> {
    let dimension = &goals.first()?.dimension;
    let of_outcome = |outcome: GoalOutcome| {
        let found = goals
            .iter()
            .filter(move |goal| goal.goal.outcome == outcome);
        found.map(|goal| (goal.segment.clone(), missed_words(goal, unit)))
    };
    let missed: Vec<String> = of_outcome(GoalOutcome::Missed)
        .map(|(segment, words)| format!("{segment} ({words})"))
        .collect();
    let names = |outcome| {
        of_outcome(outcome)
            .map(|(segment, _)| segment)
            .collect::<Vec<_>>()
    };
    let parts = [
        ("missed by", missed),
        ("met by", names(GoalOutcome::Met)),
        ("not decided for", names(GoalOutcome::NotDecided)),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(words, names)| format!("{words} {}", names.join(", ")))
        .collect();
    Some(format!("By {dimension}: {}.", parts.join("; ")))
}

/// `at most 30 min; 48 min, 40 to 55, n 310`
fn missed_words(goal: &SegmentGoal, unit: CatalogueUnit) -> String {
    let wanted = goal_words(&goal.goal, unit);
    let value = finite(goal.value.value).map(|value| figures::value(unit, value));
    let interval = amounts::ends(goal.value.low, goal.value.high)
        .map(|(low, high)| figures::interval(unit, low, high));
    let n = format!("n {}", figures::count(goal.value.n));
    let parts: Vec<String> = [value, interval, Some(n)].into_iter().flatten().collect();
    format!("{wanted}; {}", parts.join(", "))
}

/// The goal: `90%`, `at most 2 h`, `80% to 90%`.
pub(crate) fn goal_words(goal: &GoalState, unit: CatalogueUnit) -> String {
    match (goal.at_least, goal.at_most) {
        (Some(least), Some(most)) => {
            format!(
                "{} to {}",
                amounts::given(unit, least),
                amounts::given(unit, most)
            )
        }
        (Some(least), None) => amounts::given(unit, least),
        (None, Some(most)) => format!("at most {}", amounts::given(unit, most)),
        (None, None) => "none".to_owned(),
    }
}

/// The goal and its outcome, for tables: `90%, missed`.
pub(crate) fn goal_state_words(goal: &GoalState, unit: CatalogueUnit) -> String {
    format!("{}, {}", goal_words(goal, unit), goal.outcome.words())
}

/// The segments that miss their goal, for tables: `missed by urgent, high`; `None` if none does.
pub(crate) fn missing_segments(goals: &[SegmentGoal]) -> Option<String> {
    let missed = goals
        .iter()
        .filter(|goal| goal.goal.outcome == GoalOutcome::Missed);
    let names: Vec<&str> = missed.map(|goal| goal.segment.as_str()).collect();
    (!names.is_empty()).then(|| format!("missed by {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERCENT: CatalogueUnit = CatalogueUnit::Percent;

    fn said(at_least: f64, value: f64, low: f64, high: f64) -> String {
        let estimate = Estimate {
            value: Some(value),
            low: Some(low),
            high: Some(high),
            n: 400,
        };
        let outcome = goal_outcome(Some(at_least), None, PERCENT, &estimate);
        let goal = GoalState {
            at_least: Some(at_least),
            at_most: None,
            outcome,
        };
        goal_sentence(&goal, PERCENT, &estimate)
    }

    #[test]
    fn goals_are_met_missed_or_not_decided() {
        assert_eq!(
            said(90.0, 86.1, 84.9, 87.2),
            "Goal 90%: missed, 86.1% (84.9 to 87.2)."
        );
        assert_eq!(
            said(85.0, 84.1, 82.0, 86.1),
            "Goal 85%: not decided, 84.1% (82.0 to 86.1)."
        );
        assert_eq!(
            said(80.0, 84.1, 82.0, 86.1),
            "Goal 80%: met, 84.1% (82.0 to 86.1)."
        );
    }

    #[test]
    fn goals_have_one_side_or_two() {
        let estimate = Estimate {
            value: Some(1.9),
            low: Some(1.7),
            high: Some(2.0),
            n: 900,
        };
        let hours = CatalogueUnit::Hours;
        let outcome = goal_outcome(None, Some(2.0), hours, &estimate);
        let goal = GoalState {
            at_least: None,
            at_most: Some(2.0),
            outcome,
        };
        assert_eq!(
            goal_sentence(&goal, hours, &estimate),
            "Goal at most 2 h: met, 1.9 h (1.7 to 2.0)."
        );
        let both = GoalState {
            at_least: Some(1.0),
            ..goal
        };
        assert_eq!(goal_state_words(&both, hours), "1 h to 2 h, met");
        assert_eq!(
            goal_outcome(Some(1.8), Some(2.5), hours, &estimate),
            GoalOutcome::NotDecided
        );
        assert_eq!(
            goal_outcome(Some(2.1), Some(2.5), hours, &estimate),
            GoalOutcome::Missed
        );
    }

    #[test]
    fn segments_are_named_by_their_outcome() {
        let hours = CatalogueUnit::Hours;
        let segment = |segment: &str, at_most: f64, value: f64| {
            let value = Estimate {
                value: Some(value),
                low: Some(value - 0.2),
                high: Some(value + 0.2),
                n: 1_310,
            };
            SegmentGoal {
                dimension: "priority".to_owned(),
                segment: segment.to_owned(),
                value,
                goal: GoalState {
                    at_least: None,
                    at_most: Some(at_most),
                    outcome: goal_outcome(None, Some(at_most), hours, &value),
                },
            }
        };
        let goals = [
            segment("urgent", 1.0, 2.5),
            segment("high", 2.0, 1.0),
            segment("low", 2.0, 1.5),
            segment("normal", 2.0, 2.125),
        ];
        assert_eq!(
            segment_goals_sentence(&goals, hours).unwrap(),
            "By priority: missed by urgent (at most 1 h; 2.5 h, 2.3 to 2.7, n 1,310); met by high, low; not decided for \
             normal."
        );
        assert_eq!(segment_goals_sentence(&[], hours), None);
    }

    #[test]
    fn only_counts_are_exact() {
        let estimate = Estimate {
            value: Some(41.0),
            low: None,
            high: None,
            n: 41,
        };
        let outcome = |unit| goal_outcome(None, Some(40.0), unit, &estimate);
        assert_eq!(outcome(CatalogueUnit::Tickets), GoalOutcome::Missed);
        assert_eq!(outcome(CatalogueUnit::Hours), GoalOutcome::NotDecided);
        let none = Estimate {
            value: None,
            ..estimate
        };
        let goal = goal_outcome(None, Some(40.0), CatalogueUnit::Tickets, &none);
        assert_eq!(goal, GoalOutcome::NotDecided);
    }
}
