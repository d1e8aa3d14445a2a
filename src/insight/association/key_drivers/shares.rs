//! Parts of the drivers in what goes with them, and intervals of these.

use super::cross_products::CrossProducts;
use super::driver_columns::{DriverBlock, DriverMoments};
use super::importance::{explained_by_subset, importances};
use super::tally::DriverTally;
use crate::insight::distributions::student_quantile;

/// R², and the part of each block in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ExplainedParts {
    pub(super) r2: f64,
    pub(super) parts: Vec<f64>,
}

impl ExplainedParts {
    pub(super) fn new(moments: &DriverMoments, blocks: &[DriverBlock]) -> Self {
        let widths: Vec<usize> = blocks.iter().map(|block| block.columns.len()).collect();
        let explained = explained_by_subset(&moments.correlations, &widths);
        Self {
            r2: explained.last().copied().unwrap_or(0.0).min(1.0),
            parts: importances(&explained, blocks.len()),
        }
    }

    /// Parts in percent of R²; `None` if that is 0.
    pub(super) fn shares(&self) -> Option<Vec<f64>> {
        let share = |part: &f64| 100.0 * part / self.r2;
        (self.r2 > 0.0).then(|| self.parts.iter().map(share).collect())
    }
}

/// Intervals of shares by the delete-a-group jackknife (P. S. Kott, "The delete-a-group jackknife", 2001),
/// cut to 0..100; groups without rows do not count. `None` if there is but one group, or too few rows without
/// one.
#[expect(clippy::cast_precision_loss, reason = "there are 20 groups")]
pub(super) fn share_intervals(
    tally: &DriverTally,
    total: &CrossProducts,
    blocks: &[DriverBlock],
    shares: &[f64],
    level: f64,
) -> Option<Vec<(f64, f64)>> {
    let groups: Vec<&CrossProducts> = tally.groups.iter().filter(|group| group.n > 0).collect();
    if groups.len() < 2 {
        return None;
    }
    let columns: usize = blocks.iter().map(|block| block.columns.len()).sum();
    let mut squares = vec![0.0; blocks.len()];
    for group in &groups {
        let mut rest = total.clone();
        rest.subtract(group);
        if usize::try_from(rest.n).unwrap_or(0) <= columns + 1 {
            return None;
        }
        let moments = DriverMoments::new(&rest, blocks)?;
        let without = ExplainedParts::new(&moments, blocks).shares()?;
        for (sum, (share, all)) in squares.iter_mut().zip(without.iter().zip(shares)) {
            *sum += (share - all) * (share - all);
        }
    }
    let n = groups.len() as f64;
    let wide = student_quantile(level, n - 1.0);
    let ends = squares.iter().zip(shares).map(|(sum, share)| {
        let half = wide * ((n - 1.0) / n * sum).sqrt();
        ((share - half).max(0.0), (share + half).min(100.0))
    });
    Some(ends.collect())
}
