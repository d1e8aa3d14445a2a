//! Sums of weights, and how many rows of equal weight they are worth.

use super::exact_products::ExactProductSum;
use super::wide_integer::WideInteger;
use crate::functions::kernels::numbers::is_saturated;
use crate::functions::tally::add_to;

/// Sums over the rows that have a weight, in units of its column; weights are not negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WeightSums {
    /// Rows, those of weight 0 among them.
    pub(crate) n: i64,
    pub(crate) weight: i128,
    pub(crate) squares: ExactProductSum,
}

impl WeightSums {
    /// Counts one row.
    #[inline]
    pub(crate) fn add(&mut self, weight: i128) {
        self.n += 1;
        add_to(&mut self.weight, weight);
        self.squares.add(weight, weight);
    }

    /// (Σw)² / Σw², the number of rows of equal weight that tell as much (L. Kish, "Survey Sampling", 1965);
    /// `None` if all weights are 0 or a sum overflowed.
    pub(super) fn effective(&self) -> Option<EffectiveRows> {
        if self.weight == 0 || is_saturated(self.weight) || self.squares.is_lost() {
            return None;
        }
        let square = WideInteger::product(self.weight, self.weight);
        let squares = self.squares.times(1);
        Some(EffectiveRows {
            n: square.quotient(squares)?,
            above_one: square.minus(squares).quotient(squares)?,
        })
    }
}

/// Result of [`WeightSums::effective`].
#[derive(Debug, Clone, Copy)]
pub(super) struct EffectiveRows {
    pub(super) n: f64,
    /// n − 1, exactly 0 if but one row has a weight.
    pub(super) above_one: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effective(weights: &[i128]) -> Option<(f64, f64)> {
        let mut sums = WeightSums::default();
        weights.iter().for_each(|&weight| sums.add(weight));
        sums.effective().map(|rows| (rows.n, rows.above_one))
    }

    /// (1 + 2 + 3)² / (1 + 4 + 9) = 36/14.
    #[test]
    fn effective_rows_by_hand() {
        assert_eq!(effective(&[1, 2, 3]), Some((36.0 / 14.0, 22.0 / 14.0)));
    }

    /// A third as a double, in the units of doubles.
    #[test]
    fn equal_weights_are_all_their_rows() {
        let third = ((1_i128 << 54) / 3) << 2;
        assert_eq!(effective(&[third; 7]), Some((7.0, 6.0)));
        assert_eq!(effective(&[third, 0]), Some((1.0, 0.0)));
    }

    #[test]
    fn weights_of_0_are_worth_nothing() {
        assert_eq!(effective(&[0, 0]), None);
        assert_eq!(effective(&[]), None);
    }
}
