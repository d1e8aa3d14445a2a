//! Rules of wording, held by random KPIs: no evidence is claimed that the numbers do not bear.

use proptest::prelude::*;

use super::causes::{ChangePart, MixShift, mix_part, segment_part, segments_against_whole};
use super::{ComparedKpi, ReferencePeriod, change_sentence, goal_outcome, goal_sentence, verdict};
use crate::catalogue::{CatalogueUnit, KpiDirection};
use crate::report::model::{Change, Estimate, GoalOutcome, GoalState, Verdict};

const FORBIDDEN: [&str; 10] = [
    "because",
    "due to",
    "significant",
    "thanks to",
    "drove",
    "driven",
    "caused",
    "huge",
    "sharp",
    "NaN",
];

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -120.0..120.0_f64,
        2 => -1.0..1.0_f64,
        1 => Just(0.0),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => -1e9..1e9_f64,
    ]
}

fn estimate() -> impl Strategy<Value = Estimate> {
    let end = || prop::option::weighted(0.8, number());
    (
        prop::option::weighted(0.9, number()),
        end(),
        end(),
        0..3_000_u64,
    )
        .prop_map(|(value, low, high, n)| Estimate {
            value,
            low,
            high,
            n,
        })
}

fn change() -> impl Strategy<Value = Change> {
    let p = || prop::option::weighted(0.9, prop_oneof![0.0..0.06_f64, 0.0..1.0_f64]);
    let any = (
        number(),
        prop::option::weighted(0.9, (number(), number())),
        p(),
        p(),
    );
    any.prop_map(|(difference, ends, p, p_adjusted)| Change {
        difference,
        low: ends.map(|(a, b)| a.min(b)),
        high: ends.map(|(a, b)| a.max(b)),
        p,
        p_adjusted,
    })
}

prop_compose! {
    fn kpi()(
        unit in prop::sample::select(CatalogueUnit::ALL),
        better in prop::option::of(prop::sample::select(KpiDirection::ALL)),
        now in estimate(),
        before in prop::option::weighted(0.9, estimate()),
        change in prop::option::weighted(0.9, change()),
        is_consistent in prop::bool::weighted(0.7),
        materiality in prop::option::of(0.0..5.0_f64),
        expected in prop::option::of((0.0..50.0_f64, 50.0..100.0_f64)),
        reference in prop::sample::select(vec![ReferencePeriod::Before, ReferencePeriod::YearAgo]),
        is_unfinished in prop::bool::weighted(0.1),
        level in prop::sample::select(vec![0.8, 0.95, 0.99]),
    ) -> ComparedKpi<'static> {
        // Most differences are those of the values, as in a real report.
        let between = |change: Change| {
            let difference = now.value? - before?.value?;
            Some(Change { difference, ..change })
        };
        let change = if is_consistent { change.and_then(between).or(change) } else { change };
        ComparedKpi {
            title: "CSAT", unit, better, now, before, change, reference, materiality, expected,
            per_day: None,
            rows: "answers", grain: "week", level, comparisons: 15, is_unfinished,
        }
    }
}

fn assert_worded(sentence: &str) {
    for word in FORBIDDEN {
        assert!(!sentence.contains(word), "{word}: {sentence}");
    }
    assert!(sentence.ends_with('.'), "{sentence}");
    assert!(
        !sentence.contains("--") && !sentence.contains(" -"),
        "{sentence}"
    );
}

/// True if the interval leaves 0 out after the adjustment over all KPIs, on the side of the difference.
fn is_clear(kpi: &ComparedKpi<'_>) -> bool {
    let Some(change) = kpi.change else {
        return false;
    };
    let (Some(low), Some(high)) = (change.low, change.high) else {
        return false;
    };
    let leaves_zero =
        (low > 0.0 && change.difference > 0.0) || (high < 0.0 && change.difference < 0.0);
    leaves_zero && change.p_adjusted.is_some_and(|p| p <= 1.0 - kpi.level)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn rose_and_fell_are_said_of_clear_changes_only(kpi in kpi()) {
        let sentence = change_sentence(&kpi);
        assert_worded(&sentence);
        let is_said = sentence.contains(" rose ") || sentence.contains(" fell ");
        if is_said {
            prop_assert!(is_clear(&kpi), "{sentence} {kpi:?}");
            prop_assert!(kpi.now.n >= 30 && kpi.before.is_some_and(|before| before.n >= 30));
            prop_assert!(!kpi.is_unfinished);
        }
        let is_count = kpi.unit == CatalogueUnit::Tickets;
        let is_directed = matches!(
            verdict(&kpi),
            Verdict::Better | Verdict::Worse | Verdict::Higher | Verdict::Lower | Verdict::TooSmallToMatter
        );
        prop_assert!(is_said == is_directed || is_count, "{sentence} {kpi:?}");
    }

    #[test]
    fn verdicts_follow_the_direction_of_good(kpi in kpi()) {
        let is_up = kpi.change.is_some_and(|change| change.difference > 0.0);
        let expected = match kpi.better {
            None => [Verdict::Higher, Verdict::Lower],
            Some(KpiDirection::Up) => [Verdict::Better, Verdict::Worse],
            Some(KpiDirection::Down) => [Verdict::Worse, Verdict::Better],
        };
        let found = verdict(&kpi);
        if is_clear(&kpi) && matches!(found, Verdict::Better | Verdict::Worse) {
            prop_assert_eq!(found, expected[usize::from(!is_up)]);
        }
    }

    #[test]
    fn goals_are_decided_by_whole_intervals(
        estimate in estimate(),
        at_least in prop::option::of(number()),
        at_most in prop::option::of(number()),
        unit in prop::sample::select(CatalogueUnit::ALL),
    ) {
        let outcome = goal_outcome(at_least, at_most, unit, &estimate);
        let goal = GoalState { at_least, at_most, outcome };
        let sentence = goal_sentence(&goal, unit, &estimate);
        prop_assert!(sentence.ends_with('.'));
        if let (Some(goal), None, Some(low), Some(high)) = (at_least, at_most, estimate.low, estimate.high) {
            let holds_goal = high.is_finite() && low < goal && goal <= high;
            prop_assert!(!holds_goal || outcome == GoalOutcome::NotDecided);
        }
    }

    #[test]
    fn parts_of_a_change_are_worded_as_arithmetic(
        unit in prop::sample::select(CatalogueUnit::ALL),
        values in prop::array::uniform6(-100.0..100.0_f64),
        p_adjusted in 0.0..0.1_f64,
        n in 0..5_000_u64,
        is_higher: bool,
    ) {
        let [difference, part, before, now, a, b] = values;
        let found = segment_part(&ChangePart {
            unit, difference, dimension: "team", segment: "billing", part,
            low: a.min(b), high: a.max(b), before, now, n, p_adjusted,
        });
        if let Some(sentence) = &found {
            assert_worded(sentence);
            prop_assert!(p_adjusted < 0.05 && a * b > 0.0);
        }
        assert_worded(&mix_part(&MixShift {
            title: "CSAT", unit, difference, part, segment: "phone",
            share_before: before.abs(), share_now: now.abs(), is_higher,
        }));
        assert_worded(&segments_against_whole("CSAT", "plan", "answers", is_higher));
    }
}
