//! Shares of the explained variation by the way of Lindeman, Merenda and Gold.

use super::matrix::SquareMatrix;

/// R² of every subset of the drivers, of which each is so many columns of `correlations` in turn. Bit i from
/// the top of an index is driver i; the last is R² of all.
pub(super) fn explained_by_subset(correlations: &SquareMatrix, widths: &[usize]) -> Vec<f64> {
    let mut found = Vec::with_capacity(1 << widths.len());
    visit(correlations, widths, 0.0, &mut found);
    found
}

/// Subsets without and with the first driver. What it explains is taken out once for all that contain it, so
/// that most matrices are very small.
fn visit(left: &SquareMatrix, widths: &[usize], explained: f64, found: &mut Vec<f64>) {
    let Some((&width, others)) = widths.split_first() else {
        return found.push(explained);
    };
    visit(&left.rest(width), others, explained, found);
    let (after, gain) = left.eliminated(width);
    visit(&after, others, explained + gain, found);
}

/// The mean rise of R² with each driver over all orders in which they may enter (R. H. Lindeman, P. F.
/// Merenda and R. Z. Gold, "Introduction to Bivariate and Multivariate Analysis", 1980): the Shapley value.
/// `explained` is of [`explained_by_subset`].
pub(super) fn importances(explained: &[f64], drivers: usize) -> Vec<f64> {
    let weights = entry_weights(drivers);
    let rise = |bit: usize| {
        let subsets = explained
            .iter()
            .enumerate()
            .filter(|(subset, _)| subset & bit == 0);
        let rises = subsets.map(|(subset, &before)| {
            let entered = usize::try_from(subset.count_ones()).unwrap_or(0);
            weights[entered] * (explained[subset | bit] - before)
        });
        // Rounding can make a rise of nothing negative.
        rises.sum::<f64>().max(0.0)
    };
    (0..drivers).rev().map(|bit| rise(1 << bit)).collect()
}

/// Probability that exactly a certain set of so many enters before a driver: 1 / (p × C(p − 1, k)).
fn entry_weights(drivers: usize) -> Vec<f64> {
    let (mut ways, mut weights) = (1.0, Vec::with_capacity(drivers));
    let mut entered = 0.0;
    let mut missing = f64::from(u32::try_from(drivers).unwrap_or(0));
    let all = missing;
    for _ in 0..drivers {
        weights.push(1.0 / (all * ways));
        missing -= 1.0;
        entered += 1.0;
        ways *= missing / entered;
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Orders of three: alone first in 2 of 6, after a certain one in 1 of 6, last in 2 of 6.
    #[test]
    fn weights_are_shares_of_orders() {
        let wanted = [1.0 / 3.0, 1.0 / 6.0, 1.0 / 3.0];
        for (found, wanted) in entry_weights(3).into_iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-15);
        }
    }

    /// Two drivers: alone 0.2 and 0.3, together 0.4: (0.2 + 0.1)/2 and (0.3 + 0.2)/2.
    #[test]
    fn importances_of_two_by_hand() {
        let found = importances(&[0.0, 0.3, 0.2, 0.4], 2);
        assert!((found[0] - 0.15).abs() < 1e-15 && (found[1] - 0.25).abs() < 1e-15);
    }
}
