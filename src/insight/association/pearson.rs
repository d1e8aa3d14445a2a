//! The product moment correlation.

use super::correlation::{CorrelationDetail, coefficient, fisher_interval, student_r_p};
use super::exact_products::ExactProductSum;
use crate::functions::tally::add_to;

/// Sums over the rows that have both numbers, in the units of their columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PearsonSums {
    pub(crate) n: i64,
    pub(crate) x: i128,
    pub(crate) y: i128,
    pub(crate) xx: ExactProductSum,
    pub(crate) yy: ExactProductSum,
    pub(crate) xy: ExactProductSum,
}

impl PearsonSums {
    /// Counts one row.
    #[inline]
    pub(crate) fn add(&mut self, x: i128, y: i128) {
        self.n += 1;
        add_to(&mut self.x, x);
        add_to(&mut self.y, y);
        self.xx.add(x, x);
        self.yy.add(y, y);
        self.xy.add(x, y);
    }

    fn coefficient(&self) -> Option<f64> {
        let covariance = self.xy.centred(self.n, self.x, self.y)?;
        let x = self.xx.centred(self.n, self.x, self.x)?;
        let y = self.yy.centred(self.n, self.y, self.y)?;
        coefficient(covariance, x, y)
    }
}

/// Pearson's r. It has no unit, so those of the columns do not matter.
///
/// Exactly 1 or −1 if all rows lie on a line: integers are compared. Source of p: Student, "Probable error of
/// a correlation coefficient", 1908.
pub(crate) fn pearson(sums: &PearsonSums, level: f64) -> CorrelationDetail {
    let r = sums.coefficient();
    CorrelationDetail {
        n: sums.n,
        r,
        interval: r.and_then(|r| fisher_interval(r, 1.0, sums.n, 3, level)),
        p: r.and_then(|r| student_r_p(r, sums.n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(pairs: impl IntoIterator<Item = (i128, i128)>) -> CorrelationDetail {
        let mut sums = PearsonSums::default();
        for (x, y) in pairs {
            sums.add(x, y);
        }
        pearson(&sums, 0.95)
    }

    /// x 1, 2, 3 and y 1, 3, 2: covariance 1/2, variances 1.
    #[test]
    fn three_rows_by_hand() {
        let found = detail([(1, 1), (2, 3), (3, 2)]);
        assert_eq!((found.n, found.r, found.interval), (3, Some(0.5), None));
        assert!((found.p.unwrap() - 2.0 / 3.0).abs() < 1e-12);
    }

    /// Lines of every slope, and far from 0, where doubles would lose the variance.
    #[test]
    fn rows_on_a_line_are_exactly_in_step() {
        for slope in [-13, -3, -1, 1, 3, 7, 1_000_003] {
            for origin in [0, 1, 1 << 40, 1 << 90] {
                let found = detail((0..50).map(|i| (3 * i * i + origin, slope * (3 * i * i) + 5)));
                assert_eq!(found.r, Some(if slope < 0 { -1.0 } else { 1.0 }));
                assert_eq!((found.interval, found.p), (None, None));
            }
        }
    }

    #[test]
    fn one_row_off_the_line_is_not_in_step() {
        let found = detail((0..1000).map(|i| (i, i + i128::from(i == 7))));
        assert!(found.r.unwrap() < 1.0 && found.interval.is_some());
    }

    #[test]
    fn a_constant_side_has_no_correlation() {
        assert_eq!(detail([(5, 1), (5, 2), (5, 3)]).r, None);
        assert_eq!(detail([(5, 1)]).r, None);
        assert_eq!(detail([]).r, None);
        assert_eq!(detail([(5, 1), (6, 2)]).r, Some(1.0));
    }
}
