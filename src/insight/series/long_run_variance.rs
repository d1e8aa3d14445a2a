//! Variance of a series that follows its own past, from differences, which a change of level hardly touches.
//!
//! Source: after S. Chakar, E. Lebarbier, C. Lévy-Leduc and S. Robin, "A robust approach for estimating
//! change-points in the mean of an AR(1) process", Bernoulli 23, 2017; trimmed means in the place of their
//! medians, which are too coarse for small counts.

use super::medians::count;

/// Mean of the smaller nine tenths of |Z₁ − Z₂| of two standard normal values.
const TRIMMED_MEAN_DIFFERENCE: f64 = 0.657_348_088_946_803;

/// The strongest autocorrelation that is believed: beyond it the variance would excuse any change.
const STRONGEST_AUTOCORRELATION: f64 = 0.8;

/// Lag-one autocorrelation and the variance that a long mean's scatter comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LongRunVariance {
    pub(crate) autocorrelation: f64,
    pub(crate) variance: f64,
}

/// Long-run variance of finite `values` in order of time; 0 where none differs from the one before, or below
/// two values.
pub(crate) fn long_run_variance(values: &[f64]) -> LongRunVariance {
    let one = lagged_differences(values, 1);
    let first = trimmed_mean(&one);
    if first <= 0.0 {
        let squares: f64 = one.iter().map(|difference| difference * difference).sum();
        return LongRunVariance {
            autocorrelation: 0.0,
            variance: squares / (2.0 * count(one.len().max(1))),
        };
    }
    let second = trimmed_mean(&lagged_differences(values, 2));
    let ratio = second / first;
    let phi = (ratio * ratio - 1.0).clamp(0.0, STRONGEST_AUTOCORRELATION);
    let step = first / TRIMMED_MEAN_DIFFERENCE;
    LongRunVariance {
        autocorrelation: phi,
        variance: 0.5 * step * step * (1.0 + phi) / ((1.0 - phi) * (1.0 - phi)),
    }
}

/// |x(i + lag) − x(i)| in ascending order.
fn lagged_differences(values: &[f64], lag: usize) -> Vec<f64> {
    let later = values.iter().skip(lag);
    let mut differences: Vec<f64> = values
        .iter()
        .zip(later)
        .map(|(value, next)| (next - value).abs())
        .collect();
    differences.sort_unstable_by(f64::total_cmp);
    differences
}

/// Mean of the smallest nine tenths, rounded up, of sorted values; 0 without values.
fn trimmed_mean(sorted: &[f64]) -> f64 {
    let kept = (9 * sorted.len()).div_ceil(10);
    let sum: f64 = sorted.iter().take(kept).sum();
    sum / count(kept.max(1))
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "worked out by hand, and exact")]
mod tests {
    use super::*;

    /// 0, 1, 0, 1, ..: differences of 1 at lag one and 0 at lag two, so no autocorrelation.
    #[test]
    fn alternating_values_by_hand() {
        let found = long_run_variance(&[0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
        assert_eq!(found.autocorrelation, 0.0);
        let wanted = 0.5 / (TRIMMED_MEAN_DIFFERENCE * TRIMMED_MEAN_DIFFERENCE);
        assert!((found.variance - wanted).abs() < 1e-15);
    }

    /// A straight line doubles its differences at lag two: φ would be 3 and is cut to 0.8.
    #[test]
    fn a_line_has_the_strongest_autocorrelation() {
        let line: Vec<f64> = (0..20).map(f64::from).collect();
        let found = long_run_variance(&line);
        assert_eq!(found.autocorrelation, STRONGEST_AUTOCORRELATION);
    }

    /// One step of 3 among 21 equal values: the trimmed mean is 0, the plain one is not.
    #[test]
    fn mostly_equal_values_use_plain_differences() {
        let mut values = vec![5.0; 21];
        values[20] = 8.0;
        assert_eq!(long_run_variance(&values).variance, 9.0 / 40.0);
        assert_eq!(long_run_variance(&[5.0; 9]).variance, 0.0);
        assert_eq!(long_run_variance(&[5.0]).variance, 0.0);
        assert_eq!(long_run_variance(&[]).variance, 0.0);
    }
}
