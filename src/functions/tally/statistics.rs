//! Confidence intervals.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::functions::kernels::numbers;
use crate::functions::kernels::numbers::is_saturated;

/// The two-sided standard normal quantile: 1.96 for a level of 0.95.
///
/// `level` must be strictly between 0 and 1.
pub(crate) fn z(level: f64) -> f64 {
    Normal::standard().inverse_cdf(0.5 + level / 2.0)
}

/// Wilson's score interval of a share `hits / n`, both ends between 0 and 1.
///
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
/// Unlike the textbook interval it is reliable for few answers and for shares near 0 and 1. `None` if `n` is
/// 0.
#[expect(
    clippy::cast_precision_loss,
    reason = "an interval of 2^53 rows has no width"
)]
pub(crate) fn wilson(hits: i64, n: i64, level: f64) -> Option<(f64, f64)> {
    (n != 0).then(|| wilson_of_share(hits as f64 / n as f64, n as f64, level))
}

/// [`wilson`] of a share of `n` rows, whose number exceeds 0 and need not be whole.
pub(crate) fn wilson_of_share(share: f64, n: f64, level: f64) -> (f64, f64) {
    let z = z(level);
    let shrink = 1.0 + z * z / n;
    let centre = (share + z * z / (2.0 * n)) / shrink;
    let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt() / shrink;
    (
        (centre - half).clamp(0.0, share),
        (centre + half).clamp(share, 1.0),
    )
}

/// Normal interval of 100 × (ups − downs) / n, as for NPS: s = p − d, Var = p + d − s².
///
/// With few answers the ends can exceed ±100, as those of the formula do. `None` if `n` is 0.
#[expect(
    clippy::cast_precision_loss,
    reason = "an interval of 2^53 rows has no width"
)]
pub(crate) fn net_share(ups: i64, downs: i64, n: i64, level: f64) -> Option<(f64, f64)> {
    if n == 0 {
        return None;
    }
    let (up, down) = (ups as f64 / n as f64, downs as f64 / n as f64);
    let net = up - down;
    let half = 100.0 * z(level) * ((up + down - net * net).max(0.0) / n as f64).sqrt();
    Some((100.0 * net - half, 100.0 * net + half))
}

/// Sample variance of `n` integers from their sum and sum of squares, without the cancellation of the
/// textbook formula; `None` below two values and if the squares overflowed.
pub(crate) fn variance(n: i64, sum: i128, squares: i128) -> Option<f64> {
    if n < 2 || is_saturated(sum) || is_saturated(squares) {
        return None;
    }
    let n = i128::from(n);
    // Σ(x − m)² about a whole m near the mean is exact and small, and differs by a known amount.
    let middle = sum / n;
    let off = sum - n * middle;
    let about_middle = middle
        .checked_mul(2 * sum - n * middle)
        .and_then(|product| squares.checked_sub(product))?;
    let scatter = numbers::ratio(about_middle, n - 1)?;
    let correction = numbers::ratio(off.checked_mul(off)?, n.checked_mul(n - 1)?)?;
    Some((scatter - correction).max(0.0))
}

/// Normal interval of a mean of `n` values with this sample variance; `None` below two values.
#[expect(
    clippy::cast_precision_loss,
    reason = "an interval of 2^53 rows has no width"
)]
pub(crate) fn mean(mean: f64, variance: f64, n: i64, level: f64) -> Option<(f64, f64)> {
    if n < 2 {
        return None;
    }
    let half = z(level) * (variance / n as f64).sqrt();
    Some((mean - half, mean + half))
}

/// Sums over the pairs (x, y) of a ratio Σy / Σx.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RatioSums {
    pub(crate) n: i64,
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) xx: f64,
    pub(crate) yy: f64,
    pub(crate) xy: f64,
}

/// Normal interval of Σy / Σx by linearisation (Cochran, "Sampling Techniques", 1977, §6.4).
///
/// `None` below two pairs or if Σx is 0.
#[expect(
    clippy::cast_precision_loss,
    reason = "an interval of 2^53 rows has no width"
)]
pub(crate) fn ratio(sums: RatioSums, level: f64) -> Option<(f64, f64)> {
    let RatioSums {
        n,
        x,
        y,
        xx,
        yy,
        xy,
    } = sums;
    // Sums of squares are NaN if they overflowed.
    if n < 2 || x == 0.0 || (xx + yy + xy).is_nan() {
        return None;
    }
    let (n, ratio) = (n as f64, y / x);
    let residuals = (yy - 2.0 * ratio * xy + ratio * ratio * xx).max(0.0) / (n - 1.0);
    let half = z(level) * (residuals / n).sqrt() / (x / n).abs();
    Some((ratio - half, ratio + half))
}

/// Zero-based ranks of the order statistics that enclose the `q` quantile of `n` values, for any
/// distribution (normal approximation of the binomial; Conover, "Practical Nonparametric Statistics", 1999,
/// §3.2). `None` without values.
#[expect(clippy::cast_precision_loss, reason = "ranks are far below 2^53")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..n"
)]
pub(crate) fn quantile_ranks(n: usize, q: f64, level: f64) -> Option<(usize, usize)> {
    let last = n.checked_sub(1)?;
    let (centre, half) = (n as f64 * q, z(level) * (n as f64 * q * (1.0 - q)).sqrt());
    let rank = |r: f64| (r.clamp(1.0, n as f64) as usize - 1).min(last);
    Some((rank((centre - half).ceil()), rank((centre + half).ceil())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: (f64, f64), low: f64, high: f64) {
        assert!(
            (found.0 - low).abs() < 1e-12 && (found.1 - high).abs() < 1e-12,
            "{found:?}"
        );
    }

    /// Published bounds, 95 %.
    #[test]
    fn wilson_equals_published_bounds() {
        let at = |hits, n| wilson(hits, n, 0.95).unwrap();
        close(
            at(74, 107),
            0.598_715_091_321_985_5,
            0.771_182_602_521_297_7,
        );
        close(at(7, 50), 0.069_508_334_270_162_94, 0.261_861_937_105_855_4);
        close(at(0, 10), 0.0, 0.277_532_799_862_889_2);
        close(at(10, 10), 0.722_467_200_137_110_7, 1.0);
        close(at(8, 10), 0.490_162_471_536_642, 0.943_317_848_545_624_7);
        close(
            at(1869, 7043),
            0.255_188_112_884_507_3,
            0.275_807_437_488_908,
        );
        assert_eq!(wilson(0, 0, 0.95), None);
    }

    /// Promoters 1/2, passives 1/3, detractors 1/6: unit variance 5/9; at n = 324 SE is 4.14 points.
    #[test]
    fn net_share_equals_published_standard_error() {
        let (low, high) = net_share(162, 54, 324, 0.95).unwrap();
        assert!(
            (high - low - 2.0 * z(0.95) * 4.140_866_6).abs() < 1e-6,
            "{low} {high}"
        );
    }

    /// Three values 1, 2, 3: mean 2, sample variance 1. At n = 3 SE = √(1/3).
    #[test]
    fn mean_uses_the_sample_variance() {
        assert_eq!(variance(3, 6, 14), Some(1.0));
        let (low, high) = mean(2.0, 1.0, 3, 0.95).unwrap();
        let half = 1.959_963_984_540_054 / 3_f64.sqrt();
        close((low, high), 2.0 - half, 2.0 + half);
        assert_eq!(mean(2.0, 4.0, 1, 0.95), None);
    }

    /// Values a, a and a + 1: variance 1/3 for any a; doubles would lose it all at a = 10^12.
    #[test]
    fn variance_does_not_cancel() {
        let a = 1_000_000_000_000_i128;
        let squares = 2 * a * a + (a + 1) * (a + 1);
        let found = variance(3, 3 * a + 1, squares).unwrap();
        assert!((found - 1.0 / 3.0).abs() < 1e-15, "{found}");
        assert_eq!(variance(3, 3 * a, i128::MAX), None);
        assert_eq!(variance(1, 5, 25), None);
    }

    /// y = 2x for every pair: no residuals, so the interval has no width.
    #[test]
    fn a_constant_ratio_has_no_width() {
        let sums = RatioSums {
            n: 3,
            x: 6.0,
            y: 12.0,
            xx: 14.0,
            yy: 56.0,
            xy: 28.0,
        };
        close(ratio(sums, 0.95).unwrap(), 2.0, 2.0);
    }

    /// n = 16, q = 0.2: ranks 0.064 and 6.336, so the 1st and the 7th value.
    #[test]
    fn quantile_ranks_follow_the_binomial() {
        assert_eq!(quantile_ranks(16, 0.2, 0.95), Some((0, 6)));
        assert_eq!(quantile_ranks(1, 0.5, 0.95), Some((0, 0)));
        assert_eq!(quantile_ranks(0, 0.5, 0.95), None);
    }
}
