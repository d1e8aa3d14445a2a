//! Costs of fitting one level to a stretch of a series: twice the negative log likelihood, in units in which
//! a change that is none costs about the same everywhere.

use super::control_limits::{HitCount, whole};
use super::medians::{count, mean};

/// Cost of a stretch `start..end`. Two parts never cost more than the whole, which pruning relies upon.
pub(crate) trait SegmentCost {
    fn cost(&self, start: usize, end: usize) -> f64;
}

/// Σ(x − m)² / v, m the mean of the stretch.
pub(crate) struct MeanCost {
    /// Σ and Σ² of the values before a place, taken about the mean of all, which keeps their digits.
    sums: Vec<(f64, f64)>,
    variance: f64,
}

impl MeanCost {
    /// `variance` is above 0.
    pub(crate) fn new(values: &[f64], variance: f64) -> Self {
        let centre = mean(values).unwrap_or(0.0);
        Self {
            sums: running_sums(values, centre),
            variance,
        }
    }
}

impl SegmentCost for MeanCost {
    fn cost(&self, start: usize, end: usize) -> f64 {
        let (n, sum, squares) = stretch(&self.sums, start, end);
        (squares - sum * sum / n).max(0.0) / self.variance
    }
}

/// n ln mean (x − m)², m the mean of the whole series.
pub(crate) struct VarianceCost {
    sums: Vec<(f64, f64)>,
    /// Least variance of a stretch. Values that all lie on the mean would otherwise cost −∞.
    floor: f64,
}

impl VarianceCost {
    /// `None` where no value differs from the mean.
    pub(crate) fn new(values: &[f64]) -> Option<Self> {
        let sums = running_sums(values, mean(values)?);
        let (n, _, squares) = stretch(&sums, 0, values.len());
        let floor = 1e-12 * squares / n;
        (floor > 0.0).then_some(Self { sums, floor })
    }

    /// Mean squared distance of a stretch from the mean of the whole series.
    pub(crate) fn variance(&self, start: usize, end: usize) -> f64 {
        let (n, _, squares) = stretch(&self.sums, start, end);
        squares.max(0.0) / n
    }
}

impl SegmentCost for VarianceCost {
    fn cost(&self, start: usize, end: usize) -> f64 {
        let (n, variance) = (count(end - start), self.variance(start, end));
        // The best fit with a variance of at least the floor.
        let fitted = variance.max(self.floor);
        n * (fitted.ln() + variance / fitted - 1.0)
    }
}

/// −2 log likelihood of hits out of n.
pub(crate) struct RateCost {
    /// Hits and cases before a place.
    sums: Vec<(i64, i64)>,
}

impl RateCost {
    /// `None` where the cases of all points together overflow.
    pub(crate) fn new(counts: &[HitCount]) -> Option<Self> {
        let mut sums = vec![(0_i64, 0_i64)];
        let (mut hits, mut n) = (0_i64, 0_i64);
        for count in counts {
            hits = hits.checked_add(count.hits)?;
            n = n.checked_add(count.n)?;
            sums.push((hits, n));
        }
        Some(Self { sums })
    }

    /// Hits and cases of a stretch.
    pub(crate) fn total(&self, start: usize, end: usize) -> HitCount {
        let ((hits_before, n_before), (hits, n)) = (self.sums[start], self.sums[end]);
        HitCount {
            hits: hits - hits_before,
            n: n - n_before,
        }
    }
}

impl SegmentCost for RateCost {
    fn cost(&self, start: usize, end: usize) -> f64 {
        let HitCount { hits, n } = self.total(start, end);
        // 0 ln 0 is 0.
        let part = |hits: i64| match hits {
            0 => 0.0,
            _ => whole(hits) * (whole(hits) / whole(n)).ln(),
        };
        -2.0 * (part(hits) + part(n - hits))
    }
}

/// Sums and sums of squares of x − centre before each place, one more than there are values.
fn running_sums(values: &[f64], centre: f64) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0)];
    let (mut sum, mut squares) = (0.0, 0.0);
    for value in values {
        let off = value - centre;
        sum += off;
        squares += off * off;
        sums.push((sum, squares));
    }
    sums
}

/// Number, sum and sum of squares of a stretch.
fn stretch(sums: &[(f64, f64)], start: usize, end: usize) -> (f64, f64, f64) {
    let ((sum_before, squares_before), (sum, squares)) = (sums[start], sums[end]);
    (
        count(end - start),
        sum - sum_before,
        squares - squares_before,
    )
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "worked out by hand, and exact")]
mod tests {
    use super::*;

    /// 1, 3 about 2: squares 2; 5 alone costs nothing.
    #[test]
    fn cost_of_a_mean_by_hand() {
        let cost = MeanCost::new(&[1.0, 3.0, 5.0], 0.5);
        assert_eq!(cost.cost(0, 2), 4.0);
        assert_eq!(cost.cost(2, 3), 0.0);
        assert_eq!(cost.cost(0, 3), 16.0);
    }

    #[test]
    fn values_on_the_mean_have_a_finite_cost() {
        let cost = VarianceCost::new(&[0.0, 0.0, -1.0, 1.0]).unwrap();
        assert!(cost.cost(0, 2).is_finite());
        assert_eq!(cost.cost(2, 4), 0.0);
        assert!(VarianceCost::new(&[2.0, 2.0]).is_none());
    }

    /// One hit of two: −2 × 2 ln ½. All or none hit: certain, cost 0.
    #[test]
    fn cost_of_a_rate_by_hand() {
        let points = [HitCount { hits: 1, n: 1 }, HitCount { hits: 0, n: 1 }];
        let cost = RateCost::new(&points).unwrap();
        assert!((cost.cost(0, 2) - 4.0 * std::f64::consts::LN_2).abs() < 1e-15);
        assert_eq!(cost.cost(0, 1), 0.0);
        assert_eq!(cost.cost(1, 2), 0.0);
    }
}
