//! The difference of two net shares, such as NPS.

use super::side_difference::SideDifference;
use crate::functions::kernels::numbers::ratio;
use crate::functions::tally::statistics::z;
use crate::insight::distributions::normal_p;

/// Answers of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct NetShareCounts {
    pub(crate) ups: i64,
    pub(crate) downs: i64,
    pub(crate) n: i64,
}

impl NetShareCounts {
    /// 100 × (ups − downs) / n.
    pub(crate) fn value(self) -> Option<f64> {
        ratio(
            100 * (i128::from(self.ups) - i128::from(self.downs)),
            i128::from(self.n),
        )
    }

    /// Squared standard error in squared points: V / n with V = p + d − (p − d)². Exactly 0 where all answers
    /// are of one kind.
    #[expect(
        clippy::cast_precision_loss,
        reason = "an interval of 2^53 rows has no width"
    )]
    pub(crate) fn squared_error(self) -> Option<f64> {
        if self.n == 0 {
            return None;
        }
        let (ups, downs, n) = (
            i128::from(self.ups),
            i128::from(self.downs),
            i128::from(self.n),
        );
        // In integers, since p + d − (p − d)² cancels where nearly all answers are alike.
        let scatter = n.saturating_mul(ups + downs) - (ups - downs).pow(2);
        let n = n as f64;
        Some(1e4 * (scatter.max(0) as f64 / (n * n)) / n)
    }
}

/// The difference of two net shares in points, with the normal interval and the z test of one standard error.
///
/// `None` for both where neither side varies; a side that does not vary adds nothing to the error.
pub(crate) fn compare_net_shares(
    a: NetShareCounts,
    b: NetShareCounts,
    level: f64,
) -> SideDifference {
    let error = match (a.squared_error(), b.squared_error()) {
        (Some(a), Some(b)) if a + b > 0.0 => Some((a + b).sqrt()),
        _ => None,
    };
    let difference = a.value().zip(b.value()).map(|(a, b)| b - a);
    let tested = difference.zip(error);
    SideDifference {
        n_a: a.n,
        a: a.value(),
        n_b: b.n,
        b: b.value(),
        interval: tested.map(|(difference, error)| {
            let half = z(level) * error;
            (difference - half, difference + half)
        }),
        p: tested.map(|(difference, error)| normal_p(difference / error)),
    }
}
