//! The difference of two shares.

use libm::lgamma;

use super::side_difference::{SideDifference, square_and_add};
use crate::functions::tally::share::percent;
use crate::functions::tally::statistics::wilson;
use crate::insight::distributions::normal_p;

/// Hits among rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ShareCounts {
    pub(crate) hits: i64,
    pub(crate) n: i64,
}

/// Test that gave the p of two shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShareTest {
    /// The z test with a pooled share.
    Pooled,
    /// Fisher's exact test.
    Fisher,
}

impl ShareTest {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pooled => "z",
            Self::Fisher => "fisher",
        }
    }
}

/// The difference of two shares in points, with Newcombe's hybrid interval (R. G. Newcombe, "Interval
/// estimation for the difference between independent proportions", 1998, method 10).
///
/// p is of the pooled z test where all four expected counts are 5 or more, of Fisher's exact test otherwise,
/// and `None` where all rows or none hit.
pub(crate) fn compare_shares(
    a: ShareCounts,
    b: ShareCounts,
    level: f64,
) -> (SideDifference, Option<ShareTest>) {
    let tested = share_p(a, b);
    let difference = SideDifference {
        n_a: a.n,
        a: percent(a.hits, a.n),
        n_b: b.n,
        b: percent(b.hits, b.n),
        interval: newcombe(a, b, level),
        p: tested.map(|(p, _)| p),
    };
    (difference, tested.map(|(_, test)| test))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "an interval of 2^53 rows has no width"
)]
fn newcombe(a: ShareCounts, b: ShareCounts, level: f64) -> Option<(f64, f64)> {
    let side = |counts: ShareCounts| {
        let (low, high) = wilson(counts.hits, counts.n, level)?;
        let share = counts.hits as f64 / counts.n as f64;
        Some((100.0 * share, 100.0 * low, 100.0 * high))
    };
    let (low, high) = square_and_add(side(a)?, side(b)?);
    Some((low.max(-100.0), high.min(100.0)))
}

/// Two-sided p of equal shares, and the test; `None` if a side is empty, or all rows or none hit.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn share_p(a: ShareCounts, b: ShareCounts) -> Option<(f64, ShareTest)> {
    let (hits, n) = (a.hits + b.hits, a.n + b.n);
    if a.n == 0 || b.n == 0 || hits == 0 || hits == n {
        return None;
    }
    // The smallest expected count is that of the rarer outcome on the smaller side.
    let rarer = i128::from(hits.min(n - hits));
    let smaller = i128::from(a.n.min(b.n));
    if rarer * smaller < 5 * i128::from(n) {
        return Some((fisher(a, b), ShareTest::Fisher));
    }
    let (n_a, n_b) = (a.n as f64, b.n as f64);
    let pooled = hits as f64 / n as f64;
    let variance = pooled * (1.0 - pooled) * (1.0 / n_a + 1.0 / n_b);
    let z = (b.hits as f64 / n_b - a.hits as f64 / n_a) / variance.sqrt();
    Some((normal_p(z), ShareTest::Pooled))
}

/// Fisher's exact test: the probability of all tables with these margins that are no likelier than this one,
/// where a likelihood within 1e-7 of its own counts as no larger.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn fisher(a: ShareCounts, b: ShareCounts) -> f64 {
    const ALIKE: f64 = 1.0 + 1e-7;
    let hits = a.hits + b.hits;
    let least = (hits - b.n).max(0);
    let most = hits.min(a.n);
    let log_choose = |n: i64, k: i64| {
        lgamma(n as f64 + 1.0) - lgamma(k as f64 + 1.0) - lgamma((n - k) as f64 + 1.0)
    };
    // The likelihood of `x` hits on side a relative to that of the observed table, from one to the next, so
    // that tables which mirror each other come out equal.
    let total = log_choose(a.n + b.n, hits);
    let observed = (log_choose(a.n, a.hits) + log_choose(b.n, b.hits) - total).exp();
    let up = |x: i64| {
        ((a.n - x) as f64 * (hits - x) as f64) / ((x + 1) as f64 * (b.n - hits + x + 1) as f64)
    };
    let (mut sum, mut all) = (0.0, 0.0);
    let mut count = |relative: f64| {
        all += relative;
        if relative <= ALIKE {
            sum += relative;
        }
    };
    count(1.0);
    let mut relative = 1.0;
    for x in a.hits..most {
        relative *= up(x);
        count(relative);
    }
    relative = 1.0;
    for x in (least..a.hits).rev() {
        relative /= up(x);
        count(relative);
    }
    // Relative to the sum of all tables where that is finite: it has more digits than the logarithms.
    let p = if all.is_finite() {
        sum / all
    } else {
        sum * observed
    };
    p.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(a: (i64, i64), b: (i64, i64)) -> f64 {
        let counts = |(hits, n)| ShareCounts { hits, n };
        share_p(counts(a), counts(b)).unwrap().0
    }

    /// Fisher's lady: 3 of 4 cups against 1 of 4. P = (1 + 16 + 16 + 1) / 70 = 34/70.
    #[test]
    fn fisher_equals_the_tea_tasting_lady() {
        assert!((p((3, 4), (1, 4)) - 34.0 / 70.0).abs() < 1e-12);
    }

    /// Nothing is likelier than the table where every cell is as expected.
    #[test]
    fn the_likeliest_table_has_p_of_one() {
        assert!((p((1, 2), (1, 2)) - 1.0).abs() < 1e-12);
    }

    /// Sides and outcomes change places: the same p.
    #[test]
    fn p_does_not_depend_on_the_naming_of_sides() {
        for n_a in 1..7 {
            for n_b in 1..7 {
                for hits_a in 0..=n_a {
                    for hits_b in 0..=n_b {
                        let sides = [(hits_a, n_a), (hits_b, n_b)];
                        let counts = |(hits, n)| ShareCounts { hits, n };
                        let one = share_p(counts(sides[0]), counts(sides[1]));
                        let other = share_p(counts(sides[1]), counts(sides[0]));
                        let misses = |(hits, n)| ShareCounts { hits: n - hits, n };
                        let missed = share_p(misses(sides[0]), misses(sides[1]));
                        for found in [other, missed] {
                            assert_eq!(one.is_some(), found.is_some());
                            let (Some(one), Some(found)) = (one, found) else {
                                continue;
                            };
                            assert!((one.0 - found.0).abs() < 1e-12, "{sides:?}");
                        }
                    }
                }
            }
        }
    }
}
