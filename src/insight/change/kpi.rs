//! The KPIs whose change can be explained: scale × ΣN / ΣD, or a total.

use crate::functions::kernels::numbers::{coarse_products, is_saturated, ratio};
use crate::insight::comparison::{MomentTally, NetShareCounts};

/// Exact sums of the rows of a segment on one side, in the order of the tally of the KPI; the last ones are 0
/// where it has fewer.
pub(super) type SideParts = [i128; 6];

/// Form of a KPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChangeKpiKind {
    /// Hits and rows: a rate, CSAT.
    Share,
    /// Ups, downs and rows: NPS.
    NetShare,
    /// Moments of a number.
    Mean,
    /// Rows, sums of two numbers, and coarse sums of their products.
    Ratio,
    /// Moments of an amount.
    Total,
}

/// A KPI: its form, and units of the exact sums that make 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChangeKpi {
    pub(super) kind: ChangeKpiKind,
    pub(super) numerator_per_one: i128,
    pub(super) denominator_per_one: i128,
}

impl ChangeKpi {
    /// True for a KPI without a denominator.
    pub(super) fn is_total(&self) -> bool {
        self.kind == ChangeKpiKind::Total
    }

    /// Rows that count.
    pub(super) fn rows(&self, parts: &SideParts) -> i64 {
        let rows = match self.kind {
            ChangeKpiKind::Share => parts[1],
            ChangeKpiKind::NetShare => parts[2],
            ChangeKpiKind::Mean | ChangeKpiKind::Total | ChangeKpiKind::Ratio => parts[0],
        };
        i64::try_from(rows).unwrap_or(i64::MAX)
    }

    /// ΣN in its unit.
    pub(super) fn numerator(&self, parts: &SideParts) -> i128 {
        match self.kind {
            ChangeKpiKind::Share => parts[0],
            ChangeKpiKind::NetShare => parts[0] - parts[1],
            ChangeKpiKind::Mean | ChangeKpiKind::Total | ChangeKpiKind::Ratio => parts[1],
        }
    }

    /// ΣD in its unit.
    pub(super) fn denominator(&self, parts: &SideParts) -> i128 {
        match self.kind {
            ChangeKpiKind::Ratio => parts[2],
            _ => i128::from(self.rows(parts)),
        }
    }

    fn scale(&self) -> i128 {
        match self.kind {
            ChangeKpiKind::Share | ChangeKpiKind::NetShare => 100,
            _ => 1,
        }
    }

    /// scale × `numerator` / `denominator` in its reported unit; `None` where the denominator is 0 or a sum
    /// overflowed.
    pub(super) fn quotient(&self, numerator: i128, denominator: i128) -> Option<f64> {
        let factor = self.scale().saturating_mul(self.denominator_per_one);
        ratio(
            factor.checked_mul(numerator)?,
            denominator.checked_mul(self.numerator_per_one)?,
        )
    }

    /// The value of a side.
    pub(super) fn value(&self, parts: &SideParts) -> Option<f64> {
        if self.is_total() {
            return ratio(self.numerator(parts), self.numerator_per_one);
        }
        self.quotient(self.numerator(parts), self.denominator(parts))
    }

    /// Squared standard error of the value; `None` where it has none.
    #[expect(clippy::cast_precision_loss, reason = "an error needs no more digits")]
    pub(super) fn squared_error(&self, parts: &SideParts) -> Option<f64> {
        let n = self.rows(parts);
        if n == 0 {
            return None;
        }
        match self.kind {
            ChangeKpiKind::Share => {
                let (hits, rows) = (parts[0] as f64, n as f64);
                let misses = (i128::from(n) - parts[0]) as f64;
                Some(1e4 * (hits / rows) * (misses / rows) / rows)
            }
            ChangeKpiKind::NetShare => net_counts(parts, n).squared_error(),
            ChangeKpiKind::Mean => moments(parts).sums(self.numerator_per_one).squared_error(),
            ChangeKpiKind::Ratio => self.linearised_error(parts, n as f64),
            ChangeKpiKind::Total => None,
        }
    }

    /// Squared error of a ratio of sums by linearisation (Cochran, "Sampling Techniques", 1977, §6.4).
    #[expect(clippy::cast_precision_loss, reason = "an error needs no more digits")]
    fn linearised_error(&self, parts: &SideParts, n: f64) -> Option<f64> {
        let [_, _, denominator, squares, products, denominators] = *parts;
        let value = self.value(parts)?;
        let sums = [squares, products, denominators].map(coarse_products);
        if n < 2.0 || is_saturated(denominator) || sums.iter().any(|sum| sum.is_nan()) {
            return None;
        }
        let [yy, xy, xx] = sums;
        let residuals = (yy - 2.0 * value * xy + value * value * xx).max(0.0) / (n - 1.0);
        let mean = denominator as f64 / self.denominator_per_one as f64 / n;
        Some(residuals / n / (mean * mean))
    }
}

/// The counts of a net share.
pub(super) fn net_counts(parts: &SideParts, n: i64) -> NetShareCounts {
    let count = |part: i128| i64::try_from(part).unwrap_or(i64::MAX);
    NetShareCounts {
        ups: count(parts[0]),
        downs: count(parts[1]),
        n,
    }
}

/// The moments of a mean.
pub(super) fn moments(parts: &SideParts) -> MomentTally {
    let [n, sum, upper_squares, products, lower_squares, _] = *parts;
    MomentTally {
        n: i64::try_from(n).unwrap_or(i64::MAX),
        sum,
        upper_squares,
        products,
        lower_squares,
    }
}
