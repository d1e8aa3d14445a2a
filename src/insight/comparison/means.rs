//! The difference of two means.

use super::side_difference::SideDifference;
use crate::insight::distributions::{student_p, student_quantile};

/// Number, mean and sample variance of the values of one side.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct MeanSums {
    pub(crate) n: i64,
    pub(crate) mean: Option<f64>,
    /// Over n − 1; `None` below two values.
    pub(crate) variance: Option<f64>,
}

impl MeanSums {
    /// Squared standard error of the mean.
    #[expect(
        clippy::cast_precision_loss,
        reason = "an interval of 2^53 rows has no width"
    )]
    pub(crate) fn squared_error(&self) -> Option<f64> {
        Some(self.variance? / self.n as f64)
    }
}

/// The difference of two means by Welch's t test, and its degrees of freedom (B. L. Welch, "The
/// generalization of Student's problem when several different population variances are involved", 1947).
///
/// Interval, p and degrees are `None` below two values on a side, and where neither side varies.
#[expect(
    clippy::cast_precision_loss,
    reason = "an interval of 2^53 rows has no width"
)]
pub(crate) fn compare_means(a: MeanSums, b: MeanSums, level: f64) -> (SideDifference, Option<f64>) {
    let errors = a.squared_error().zip(b.squared_error());
    let errors = errors.filter(|(a, b)| a + b > 0.0);
    let df = errors.map(|(of_a, of_b)| {
        let part = |error: f64, n: i64| error * error / (n - 1) as f64;
        (of_a + of_b).powi(2) / (part(of_a, a.n) + part(of_b, b.n))
    });
    let difference = a.mean.zip(b.mean).map(|(a, b)| b - a);
    let tested = match (difference, errors, df) {
        (Some(difference), Some((a, b)), Some(df)) => Some((difference, (a + b).sqrt(), df)),
        _ => None,
    };
    let found = SideDifference {
        n_a: a.n,
        a: a.mean,
        n_b: b.n,
        b: b.mean,
        interval: tested.map(|(difference, error, df)| {
            let half = student_quantile(level, df) * error;
            (difference - half, difference + half)
        }),
        p: tested.map(|(difference, error, df)| student_p(difference / error, df)),
    };
    (found, df)
}
