//! The comparisons of [`super::functions`] for totals that are known already: a rollup, somebody's slide.

use datafusion::common::exec_err;

use super::means::MeanSums;
use super::net_shares::{NetShareCounts, compare_net_shares};
use super::shares::ShareCounts;
use super::tallied::{mean_cells, share_cells};
use crate::insight::statistic::{ComputedCells, ScalarNumbers};

/// `rate_difference(hits_a, n_a, hits_b, n_b [, level])`.
pub(super) fn rate_difference(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let side = |first: usize| {
        let counts = ShareCounts {
            hits: numbers.count(first)?,
            n: numbers.count(first + 1)?,
        };
        if counts.hits > counts.n {
            return exec_err!(
                "rate_difference: {} hits among {} rows are too many",
                counts.hits,
                counts.n
            );
        }
        Ok(counts)
    };
    let level = numbers.probability(4, 0.95)?;
    Ok(Some(share_cells(side(0)?, side(2)?, level)))
}

/// `nps_difference(promoters_a, detractors_a, n_a, promoters_b, detractors_b, n_b [, level])`.
pub(super) fn nps_difference(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let side = |first: usize| {
        let counts = NetShareCounts {
            ups: numbers.count(first)?,
            downs: numbers.count(first + 1)?,
            n: numbers.count(first + 2)?,
        };
        if counts.ups + counts.downs > counts.n {
            return exec_err!(
                "nps_difference: {} promoters and {} detractors among {} answers are too many",
                counts.ups,
                counts.downs,
                counts.n
            );
        }
        Ok(counts)
    };
    let level = numbers.probability(6, 0.95)?;
    let difference = compare_net_shares(side(0)?, side(3)?, level);
    Ok(Some(difference.cells()))
}

/// `mean_difference(n_a, mean_a, sd_a, n_b, mean_b, sd_b [, level])`.
pub(super) fn mean_difference(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let side = |first: usize| {
        let n = numbers.count(first)?;
        let sd = numbers.within(first + 2, 0.0, f64::INFINITY)?;
        Ok::<_, datafusion::error::DataFusionError>(MeanSums {
            n,
            mean: numbers.optional(first + 1).filter(|_| n > 0),
            variance: (n > 1).then_some(sd * sd),
        })
    };
    let level = numbers.probability(6, 0.95)?;
    Ok(Some(mean_cells(side(0)?, side(3)?, level)))
}
