//! Shares, NPS and means of rows that do not count alike.

use super::exact_products::ExactProductSum;
use super::weights::{EffectiveRows, WeightSums};
use super::wide_integer::WideInteger;
use crate::functions::kernels::numbers::{COARSE_PER_ONE, is_saturated, ratio};
use crate::functions::tally::statistics::{wilson_of_share, z};

/// A value of weighted rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WeightedValue {
    /// Rows, those of weight 0 among them.
    pub(crate) n: i64,
    /// Kish's effective number of rows; `None`, as all that follows, if all weights are 0.
    pub(crate) n_effective: Option<f64>,
    pub(crate) value: Option<f64>,
    pub(crate) interval: Option<(f64, f64)>,
}

impl WeightedValue {
    fn new(
        weights: &WeightSums,
        value: Option<f64>,
        interval: impl FnOnce(f64, EffectiveRows) -> Option<(f64, f64)>,
    ) -> Self {
        let effective = weights.effective();
        let value = value.filter(|_| weights.weight != 0);
        Self {
            n: weights.n,
            n_effective: effective.map(|rows| rows.n),
            value,
            interval: value
                .zip(effective)
                .and_then(|(value, rows)| interval(value, rows)),
        }
    }
}

/// Weighted share of hits, 0 to 100, with Wilson's interval at the effective number of rows. `hits` is their
/// weight.
pub(crate) fn weighted_rate(weights: &WeightSums, hits: i128, level: f64) -> WeightedValue {
    let rate = ratio(hits.saturating_mul(100), weights.weight);
    WeightedValue::new(weights, rate, |rate, rows| {
        let (low, high) = wilson_of_share(rate / 100.0, rows.n, level);
        Some((100.0 * low, 100.0 * high))
    })
}

/// Weighted NPS with its normal interval at the effective number of rows. `promoters` and `detractors` are
/// their weights.
///
/// As without weights, the ends can exceed ±100 for few rows.
pub(crate) fn weighted_nps(
    weights: &WeightSums,
    promoters: i128,
    detractors: i128,
    level: f64,
) -> WeightedValue {
    let net = promoters.saturating_sub(detractors);
    let nps = ratio(net.saturating_mul(100), weights.weight);
    WeightedValue::new(weights, nps, |nps, rows| {
        let either = ratio(promoters.saturating_add(detractors), weights.weight)?;
        let variance = (either - (nps / 100.0).powi(2)).max(0.0);
        let half = 100.0 * z(level) * (variance / rows.n).sqrt();
        Some((nps - half, nps + half))
    })
}

/// Sums over rows of a number x and a weight w, beside [`WeightSums`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WeightedMeanSums {
    /// Σ w x in units of the columns.
    pub(crate) values: ExactProductSum,
    /// Σ w x of coarse x.
    pub(crate) coarse: ExactProductSum,
    /// Σ w x² of coarse x.
    pub(crate) squares: ExactProductSum,
}

impl WeightedMeanSums {
    /// Counts one row; `coarse` is `value` in coarse units, whose squares fit.
    #[inline]
    pub(crate) fn add(&mut self, weight: i128, value: i128, coarse: i128) {
        self.values.add(weight, value);
        self.coarse.add(weight, coarse);
        self.squares.add(weight, coarse.saturating_mul(coarse));
    }

    /// Σ w (x − m)² / Σ w in coarse units; `None` if a sum overflowed.
    #[expect(clippy::cast_precision_loss, reason = "the rest is below the weight")]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "coarse values are below 2^96"
    )]
    fn variance(&self, weight: i128) -> Option<f64> {
        if self.coarse.is_lost() || self.squares.is_lost() {
            return None;
        }
        // About a whole number close to the mean, as in `statistics::variance`.
        let total = self.coarse.times(1);
        let middle = total.quotient(WideInteger::from(weight))?.round() as i128;
        let off = total.minus(WideInteger::product(middle, weight)).to_f64();
        let about_middle = self
            .squares
            .times(1)
            .minus(self.coarse.times(2 * middle))
            .plus(WideInteger::product(middle.checked_mul(middle)?, weight));
        let weight = weight as f64;
        Some(((about_middle.to_f64() - off * off / weight) / weight).max(0.0))
    }
}

/// Weighted mean of a column with `per_one` units in 1, and its normal interval at the effective number of
/// rows; no interval if but one row has a weight.
pub(crate) fn weighted_mean(
    weights: &WeightSums,
    sums: &WeightedMeanSums,
    per_one: i128,
    level: f64,
) -> WeightedValue {
    let is_lost = sums.values.is_lost() || is_saturated(weights.weight);
    let divisor = WideInteger::product(weights.weight, per_one);
    let mean = sums.values.times(1).quotient(divisor).filter(|_| !is_lost);
    WeightedValue::new(weights, mean, |mean, rows| {
        if rows.above_one <= 0.0 {
            return None;
        }
        let variance = sums.variance(weights.weight)? / (COARSE_PER_ONE * COARSE_PER_ONE);
        let half = z(level) * (variance / rows.above_one).sqrt();
        Some((mean - half, mean + half))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tally::statistics::{mean, net_share, wilson};

    fn weights(weights: &[i128]) -> WeightSums {
        let mut sums = WeightSums::default();
        weights.iter().for_each(|&weight| sums.add(weight));
        sums
    }

    fn close(found: Option<(f64, f64)>, wanted: (f64, f64)) {
        let (low, high) = found.unwrap();
        assert!((low - wanted.0).abs() < 1e-12 && (high - wanted.1).abs() < 1e-12);
    }

    #[test]
    fn equal_weights_give_the_answers_without() {
        let ten = weights(&[3; 10]);
        let (low, high) = wilson(7, 10, 0.95).unwrap();
        close(
            weighted_rate(&ten, 21, 0.95).interval,
            (100.0 * low, 100.0 * high),
        );
        let found = weighted_nps(&ten, 12, 9, 0.95);
        assert_eq!(found.value, Some(10.0));
        close(found.interval, net_share(4, 3, 10, 0.95).unwrap());
    }

    /// 1, 2, 3 far from 0: variance 1 whatever the weights' unit.
    #[test]
    fn a_weighted_mean_does_not_cancel() {
        for (weight, origin) in [(1, 0), (1 << 56, 1 << 37), (3 << 60, -(1 << 37))] {
            let mut sums = WeightedMeanSums::default();
            for x in 1..=3 {
                let value = origin + x;
                sums.add(weight, value, value * 1_000);
            }
            let found = weighted_mean(&weights(&[weight; 3]), &sums, 1, 0.95);
            let wanted = (origin + 2) as f64;
            assert_eq!(found.value, Some(wanted));
            close(found.interval, mean(wanted, 1.0, 3, 0.95).unwrap());
        }
    }

    #[test]
    fn one_row_with_a_weight_has_no_interval_of_a_mean() {
        let mut sums = WeightedMeanSums::default();
        sums.add(37, 5, 5 << 10);
        sums.add(0, 9, 9 << 10);
        let found = weighted_mean(&weights(&[37, 0]), &sums, 1, 0.95);
        assert_eq!((found.n, found.n_effective), (2, Some(1.0)));
        assert_eq!((found.value, found.interval), (Some(5.0), None));
    }

    #[test]
    fn weights_of_0_give_nothing() {
        let none = weights(&[0, 0]);
        let sums = WeightedMeanSums::default();
        for found in [
            weighted_rate(&none, 0, 0.95),
            weighted_nps(&none, 0, 0, 0.95),
            weighted_mean(&none, &sums, 1, 0.95),
        ] {
            assert_eq!((found.n, found.n_effective), (2, None));
            assert_eq!((found.value, found.interval), (None, None));
        }
    }
}
