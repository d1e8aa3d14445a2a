//! The verdict on a change: what the numbers bear.

use super::compared::ComparedKpi;
use crate::catalogue::KpiDirection;
use crate::report::model::{FEWEST_ROWS, Verdict};

/// The direction of a change whose interval leaves 0 out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChangeSide {
    Rise,
    Fall,
}

/// What may be said of the change of `kpi`. The rules stand in the order in which they are asked.
pub(crate) fn verdict(kpi: &ComparedKpi<'_>) -> Verdict {
    if kpi.is_unfinished || kpi.values().is_none() {
        return Verdict::NotCompared;
    }
    if kpi.is_count() {
        return count_verdict(kpi);
    }
    if has_too_few(kpi) {
        return Verdict::TooFew;
    }
    match side(kpi) {
        side if is_immaterial(kpi) && (side.is_none() || !is_adjusted(kpi)) => Verdict::Unchanged,
        None => Verdict::NoClearChange,
        Some(_) if kpi.reads_equal() => Verdict::NoClearChange,
        Some(_) if !is_adjusted(kpi) => Verdict::Hint,
        Some(_) if is_immaterial(kpi) => Verdict::TooSmallToMatter,
        Some(side) => directed(side, kpi.better),
    }
}

/// Nobody is better or worse for a number of tickets: it is held against its usual range.
fn count_verdict(kpi: &ComparedKpi<'_>) -> Verdict {
    match (kpi.now.value, kpi.expected) {
        (Some(value), Some((_, high))) if value > high => Verdict::Higher,
        (Some(value), Some((low, _))) if value < low => Verdict::Lower,
        _ => Verdict::NoClearChange,
    }
}

fn has_too_few(kpi: &ComparedKpi<'_>) -> bool {
    let is_small = kpi
        .values()
        .is_none_or(|sides| sides.iter().any(|(_, n)| *n < FEWEST_ROWS));
    is_small || kpi.change_interval().is_none()
}

/// The side of 0 on which the interval lies. `None` if it holds 0, or if the values differ the other way round: a
/// test of ranks can disagree with medians, and no sentence could tell both.
pub(super) fn side(kpi: &ComparedKpi<'_>) -> Option<ChangeSide> {
    let (difference, low, high) = kpi.change_interval()?;
    let [(later, _), (earlier, _)] = kpi.values()?;
    if low > 0.0 && difference > 0.0 && later >= earlier {
        Some(ChangeSide::Rise)
    } else if high < 0.0 && difference < 0.0 && later <= earlier {
        Some(ChangeSide::Fall)
    } else {
        None
    }
}

/// True if the change is clear among all those of the report. One without an adjusted p is not.
fn is_adjusted(kpi: &ComparedKpi<'_>) -> bool {
    let p = kpi.change.and_then(|change| change.p_adjusted);
    p.is_some_and(|p| p <= 1.0 - kpi.level)
}

/// True if the whole interval lies inside what does not matter.
fn is_immaterial(kpi: &ComparedKpi<'_>) -> bool {
    let (Some(least), Some((_, low, high))) = (kpi.materiality, kpi.change_interval()) else {
        return false;
    };
    low > -least && high < least
}

const fn directed(side: ChangeSide, better: Option<KpiDirection>) -> Verdict {
    match (side, better) {
        (ChangeSide::Rise, None) => Verdict::Higher,
        (ChangeSide::Fall, None) => Verdict::Lower,
        (ChangeSide::Rise, Some(KpiDirection::Up))
        | (ChangeSide::Fall, Some(KpiDirection::Down)) => Verdict::Better,
        (ChangeSide::Rise, Some(KpiDirection::Down))
        | (ChangeSide::Fall, Some(KpiDirection::Up)) => Verdict::Worse,
    }
}

#[cfg(test)]
mod tests {
    use super::super::compared::examples::{change, csat, estimate};
    use super::*;
    use crate::catalogue::CatalogueUnit;
    use crate::report::model::Estimate;

    fn with_change(difference: f64, low: f64, high: f64, p: f64) -> ComparedKpi<'static> {
        ComparedKpi {
            now: estimate(80.0 + difference, 400),
            before: Some(estimate(80.0, 400)),
            change: Some(change(difference, low, high, p)),
            ..csat()
        }
    }

    #[test]
    fn a_clear_change_is_better_worse_or_neither() {
        assert_eq!(verdict(&csat()), Verdict::Worse);
        let down = Some(KpiDirection::Down);
        assert_eq!(
            verdict(&ComparedKpi {
                better: down,
                ..csat()
            }),
            Verdict::Better
        );
        assert_eq!(
            verdict(&ComparedKpi {
                better: None,
                ..csat()
            }),
            Verdict::Lower
        );
        assert_eq!(verdict(&with_change(5.0, 1.0, 9.0, 0.01)), Verdict::Better);
    }

    #[test]
    fn an_interval_that_holds_0_or_another_direction_is_not_clear() {
        assert_eq!(
            verdict(&with_change(5.0, 0.0, 9.0, 0.01)),
            Verdict::NoClearChange
        );
        let contrary = ComparedKpi {
            before: Some(estimate(70.0, 400)),
            ..csat()
        };
        assert_eq!(verdict(&contrary), Verdict::NoClearChange);
        assert_eq!(
            verdict(&with_change(0.04, 0.01, 0.07, 0.01)),
            Verdict::NoClearChange
        );
    }

    #[test]
    fn many_comparisons_make_a_hint() {
        assert_eq!(verdict(&with_change(5.0, 1.0, 9.0, 0.06)), Verdict::Hint);
        let mut unadjusted = with_change(5.0, 1.0, 9.0, 0.01);
        unadjusted.change = unadjusted
            .change
            .map(|change| crate::report::model::Change {
                p_adjusted: None,
                ..change
            });
        assert_eq!(verdict(&unadjusted), Verdict::Hint);
    }

    #[test]
    fn what_does_not_matter_is_unchanged_or_too_small() {
        let held = |low, high, p| ComparedKpi {
            materiality: Some(1.0),
            ..with_change(0.4, low, high, p)
        };
        assert_eq!(verdict(&held(0.1, 0.7, 0.01)), Verdict::TooSmallToMatter);
        assert_eq!(verdict(&held(0.1, 0.7, 0.20)), Verdict::Unchanged);
        assert_eq!(verdict(&held(-0.1, 0.7, 0.20)), Verdict::Unchanged);
        assert_eq!(verdict(&held(0.1, 1.2, 0.01)), Verdict::Better);
        assert_eq!(verdict(&held(-0.1, 1.2, 0.20)), Verdict::NoClearChange);
    }

    #[test]
    fn few_rows_or_no_interval_bear_nothing() {
        let few = ComparedKpi {
            now: estimate(79.3, 29),
            ..csat()
        };
        assert_eq!(verdict(&few), Verdict::TooFew);
        let few_before = ComparedKpi {
            before: Some(estimate(84.3, 29)),
            ..csat()
        };
        assert_eq!(verdict(&few_before), Verdict::TooFew);
        assert_eq!(
            verdict(&ComparedKpi {
                change: None,
                ..csat()
            }),
            Verdict::TooFew
        );
    }

    #[test]
    fn without_two_whole_periods_nothing_is_compared() {
        let unfinished = ComparedKpi {
            is_unfinished: true,
            ..csat()
        };
        assert_eq!(verdict(&unfinished), Verdict::NotCompared);
        assert_eq!(
            verdict(&ComparedKpi {
                before: None,
                ..csat()
            }),
            Verdict::NotCompared
        );
        let empty = Estimate {
            value: None,
            low: None,
            high: None,
            n: 0,
        };
        assert_eq!(
            verdict(&ComparedKpi {
                now: empty,
                ..csat()
            }),
            Verdict::NotCompared
        );
    }

    #[test]
    fn a_count_is_held_against_its_usual_range() {
        let count = |value, expected| ComparedKpi {
            unit: CatalogueUnit::Tickets,
            now: estimate(value, 12),
            change: None,
            expected,
            ..csat()
        };
        let range = Some((1_640.0, 1_790.0));
        assert_eq!(verdict(&count(1_812.0, range)), Verdict::Higher);
        assert_eq!(verdict(&count(1_790.0, range)), Verdict::NoClearChange);
        assert_eq!(verdict(&count(1_600.0, range)), Verdict::Lower);
        assert_eq!(verdict(&count(1_812.0, None)), Verdict::NoClearChange);
    }
}
