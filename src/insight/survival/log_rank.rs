//! The log-rank test of two sides.

use crate::functions::tally::statistics::z;
use crate::insight::distributions::normal_p;

/// One side of a comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct SurvivalSide {
    /// Rows, ended or censored.
    pub(crate) n: i64,
    pub(crate) events: i64,
    /// Events to be expected here if both sides ended at the same pace.
    pub(crate) expected: f64,
}

/// Result of [`compare_survival`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SurvivalComparison {
    pub(crate) a: SurvivalSide,
    pub(crate) b: SurvivalSide,
    /// `None` if nothing ended while both sides had rows.
    pub(crate) chi2: Option<f64>,
    pub(crate) p: Option<f64>,
    /// Factor by which b ends faster than a; `None` if nothing ended on a, or nothing was expected to on a side.
    pub(crate) hazard_ratio: Option<f64>,
    /// Interval of `hazard_ratio`; `None` if that is 0.
    pub(crate) interval: Option<(f64, f64)>,
}

/// Does b end sooner than a? `counts` has events and censored rows of a, then those of b, at each distinct
/// time, sorted by time.
///
/// Source: N. Mantel, "Evaluation of survival data and two new rank order statistics arising in its
/// consideration", 1966. The hazard ratio is that of events over expected events, b's by a's; its logarithm ±
/// z √(1 / expected + 1 / expected) is the interval: R. Peto and others, "Design and analysis of randomized
/// clinical trials requiring prolonged observation of each patient", part II, 1977.
pub(crate) fn compare_survival(
    counts: impl Iterator<Item = [i64; 4]> + Clone,
    level: f64,
) -> SurvivalComparison {
    let (mut a, mut b) = (SurvivalSide::default(), SurvivalSide::default());
    for [ended_a, censored_a, ended_b, censored_b] in counts.clone() {
        a.n += ended_a + censored_a;
        b.n += ended_b + censored_b;
        a.events += ended_a;
        b.events += ended_b;
    }
    let mut variance = 0.0;
    let (mut at_risk_a, mut at_risk_b) = (a.n, b.n);
    for [ended_a, censored_a, ended_b, censored_b] in counts {
        let step = expected_events(ended_a + ended_b, at_risk_a, at_risk_b);
        a.expected += step.a;
        b.expected += step.b;
        variance += step.variance;
        at_risk_a -= ended_a + censored_a;
        at_risk_b -= ended_b + censored_b;
    }
    let deviate = log_rank_deviate(a, variance);
    let hazard_ratio = hazard_ratio(a, b);
    let interval = hazard_ratio.filter(|&ratio| ratio > 0.0).map(|ratio| {
        let stretch = (z(level) * (1.0 / a.expected + 1.0 / b.expected).sqrt()).exp();
        (ratio / stretch, ratio * stretch)
    });
    SurvivalComparison {
        a,
        b,
        chi2: deviate.map(|deviate| deviate * deviate),
        // χ² with one degree of freedom is the square of a normal deviate, whose tail keeps its digits.
        p: deviate.map(normal_p),
        hazard_ratio,
        interval,
    }
}

/// Events at one time as they would fall on the sides by chance: a hypergeometric distribution.
#[derive(Debug, Clone, Copy)]
struct ExpectedEvents {
    a: f64,
    b: f64,
    variance: f64,
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn expected_events(events: i64, at_risk_a: i64, at_risk_b: i64) -> ExpectedEvents {
    let at_risk = at_risk_a + at_risk_b;
    if events == 0 || at_risk == 0 {
        let [a, b, variance] = [0.0; 3];
        return ExpectedEvents { a, b, variance };
    }
    let (d, n) = (events as f64, at_risk as f64);
    let (share_a, share_b) = (at_risk_a as f64 / n, at_risk_b as f64 / n);
    let variance = if at_risk > 1 {
        d * share_a * share_b * ((at_risk - events) as f64 / (n - 1.0))
    } else {
        0.0
    };
    ExpectedEvents {
        a: d * share_a,
        b: d * share_b,
        variance,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn log_rank_deviate(a: SurvivalSide, variance: f64) -> Option<f64> {
    (variance > 0.0).then(|| (a.events as f64 - a.expected) / variance.sqrt())
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn hazard_ratio(a: SurvivalSide, b: SurvivalSide) -> Option<f64> {
    let is_defined = a.events > 0 && a.expected > 0.0 && b.expected > 0.0;
    is_defined.then(|| (b.events as f64 / b.expected) / (a.events as f64 / a.expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a ends at 1, b at 2: of two at risk one ends (1/2 on each side, variance 1/4), then b's alone (1, 0).
    #[test]
    fn two_rows_by_hand() {
        let found = compare_survival([[1, 0, 0, 0], [0, 0, 1, 0]].into_iter(), 0.95);
        assert_eq!((found.a.expected, found.b.expected), (0.5, 1.5));
        assert_eq!(found.chi2, Some(1.0));
        assert!((found.hazard_ratio.unwrap() - 1.0 / 3.0).abs() < 1e-15);
    }

    /// Sides that do the same: no difference, p of 1, a hazard ratio of 1.
    #[test]
    fn equal_sides_do_not_differ() {
        let found = compare_survival([[1, 1, 1, 1], [2, 0, 2, 0]].into_iter(), 0.95);
        assert_eq!((found.chi2, found.p), (Some(0.0), Some(1.0)));
        assert!((found.hazard_ratio.unwrap() - 1.0).abs() < 1e-15);
    }

    /// Everything censored on a: b is faster without a measure; on b: 0, without an interval.
    #[test]
    fn a_side_without_events_gives_no_interval() {
        let only_b = compare_survival([[0, 0, 1, 0], [0, 2, 1, 0]].into_iter(), 0.95);
        assert!(only_b.p.is_some());
        assert_eq!((only_b.hazard_ratio, only_b.interval), (None, None));
        let only_a = compare_survival([[1, 0, 0, 0], [1, 0, 0, 2]].into_iter(), 0.95);
        assert_eq!((only_a.hazard_ratio, only_a.interval), (Some(0.0), None));
    }

    #[test]
    fn an_empty_side_gives_no_test() {
        let found = compare_survival([[1, 0, 0, 0], [1, 1, 0, 0]].into_iter(), 0.95);
        assert_eq!((found.a.n, found.b.n), (3, 0));
        assert_eq!(
            (found.chi2, found.p, found.hazard_ratio),
            (None, None, None)
        );
    }

    /// A hundred at 1 against a hundred at 2: p far below 1e-16, and not 0.
    #[test]
    fn far_tails_keep_their_digits() {
        let p = compare_survival([[100, 0, 0, 0], [0, 0, 100, 0]].into_iter(), 0.95).p;
        assert!(p.unwrap() > 0.0 && p.unwrap() < 1e-40);
    }
}
