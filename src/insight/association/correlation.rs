//! The parts that all correlations have in common.

use super::wide_integer::WideInteger;
use crate::functions::tally::statistics::z;
use crate::insight::distributions::student_p;
use crate::insight::statistic::{StatisticCell, interval_cells};

/// A correlation of `n` rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CorrelationDetail {
    pub(crate) n: i64,
    /// −1 to 1; `None` if a side is constant.
    pub(crate) r: Option<f64>,
    /// `None` for very few rows, and where the sides are in step.
    pub(crate) interval: Option<(f64, f64)>,
    /// Two-sided p of no correlation; `None` below three rows, and where the sides are in step.
    pub(crate) p: Option<f64>,
}

/// Rows with this `x` and `y`, of which only the order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RankCell {
    pub(crate) x: i128,
    pub(crate) y: i128,
    pub(crate) count: i64,
}

/// The cells of a detail.
pub(super) fn correlation_cells(found: &CorrelationDetail) -> Vec<StatisticCell> {
    let mut cells = vec![
        StatisticCell::Count(Some(found.n)),
        StatisticCell::Measure(found.r),
    ];
    cells.extend(interval_cells(found.interval));
    cells.push(StatisticCell::Measure(found.p));
    cells
}

/// `covariance` / √(`x` `y`), exactly 1 or −1 where both sides are in step; `None` if one is constant.
pub(super) fn coefficient(covariance: WideInteger, x: WideInteger, y: WideInteger) -> Option<f64> {
    if x.is_zero() || y.is_zero() {
        return None;
    }
    if covariance.is_geometric_mean(x, y) {
        return Some(if covariance.is_negative() { -1.0 } else { 1.0 });
    }
    let r = covariance.to_f64() / (x.to_f64() * y.to_f64()).sqrt();
    Some(r.clamp(-1.0, 1.0))
}

/// Interval of `r` on the scale of R. A. Fisher's z ("On the probable error of a coefficient of correlation",
/// 1921), where its standard error is √(`spread` / (n − `lost`)); `None` if there are no more than `lost`
/// rows or r is 1 or −1.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(super) fn fisher_interval(
    r: f64,
    spread: f64,
    n: i64,
    lost: i64,
    level: f64,
) -> Option<(f64, f64)> {
    if n <= lost || r.abs() >= 1.0 {
        return None;
    }
    let half = z(level) * (spread / (n - lost) as f64).sqrt();
    Some(((r.atanh() - half).tanh(), (r.atanh() + half).tanh()))
}

/// Two-sided p of `r` by Student's t with n − 2 degrees of freedom.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(super) fn student_r_p(r: f64, n: i64) -> Option<f64> {
    if n <= 2 || r.abs() >= 1.0 {
        return None;
    }
    let df = (n - 2) as f64;
    // 1 − r² loses digits close to 1.
    Some(student_p(r * (df / ((1.0 - r) * (1.0 + r))).sqrt(), df))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// atanh(0.5) = ln(3)/2; at n = 103 the half width is z/10.
    #[test]
    fn fishers_interval_by_hand() {
        let (low, high) = fisher_interval(0.5, 1.0, 103, 3, 0.95).unwrap();
        let (middle, half) = (3_f64.ln() / 2.0, 0.195_996_398_454_005_4);
        assert!((low - (middle - half).tanh()).abs() < 1e-15);
        assert!((high - (middle + half).tanh()).abs() < 1e-15);
        assert_eq!(fisher_interval(0.5, 1.0, 3, 3, 0.95), None);
        assert_eq!(fisher_interval(-1.0, 1.0, 9, 3, 0.95), None);
    }

    /// r = 0.6 of five rows: t = 0.6 √(3 / 0.64) = 1.299, p = 0.2848.
    #[test]
    fn students_p_by_hand() {
        assert!((student_r_p(0.6, 5).unwrap() - 0.284_757).abs() < 1e-6);
        assert_eq!(student_r_p(0.0, 5), Some(1.0));
        assert_eq!(student_r_p(0.6, 2), None);
        assert_eq!(student_r_p(1.0, 5), None);
        let far = student_r_p(0.999_999, 100).unwrap();
        assert!(far > 0.0 && far < 1e-250);
    }
}
