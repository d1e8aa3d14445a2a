//! Sums of weighted rows as tallies.

use super::exact_products::ExactProductSum;
use super::weighted::WeightedMeanSums;
use super::weights::WeightSums;
use crate::functions::tally::{ItemTally, add_to, tally};

tally! {
    /// [`WeightSums`] by their parts, and the weights of hits or promoters and of detractors.
    pub(super) struct WeightedShareTally {
        n: Count,
        weight: Sum,
        squares_high: Sum,
        squares_middle: Sum,
        squares_low: Sum,
        ups: Sum,
        downs: Sum,
    }
}

/// A weighted row of a share.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WeightedAnswer {
    pub(super) weight: i128,
    /// 1 for a hit or a promoter, −1 for a detractor, else 0.
    pub(super) direction: i8,
}

impl WeightedShareTally {
    pub(super) fn weights(&self) -> WeightSums {
        WeightSums {
            n: self.n,
            weight: self.weight,
            squares: ExactProductSum::new([
                self.squares_high,
                self.squares_middle,
                self.squares_low,
            ]),
        }
    }
}

impl ItemTally<WeightedAnswer> for WeightedShareTally {
    #[inline]
    fn add(&mut self, row: WeightedAnswer) {
        let mut weights = self.weights();
        weights.add(row.weight);
        (self.n, self.weight) = (weights.n, weights.weight);
        [self.squares_high, self.squares_middle, self.squares_low] = weights.squares.parts();
        match row.direction {
            1 => add_to(&mut self.ups, row.weight),
            -1 => add_to(&mut self.downs, row.weight),
            _ => {}
        }
    }
}

tally! {
    /// [`WeightSums`] and [`WeightedMeanSums`] by their parts.
    pub(super) struct WeightedMeanTally {
        n: Count,
        weight: Sum,
        weights_high: Sum,
        weights_middle: Sum,
        weights_low: Sum,
        values_high: Sum,
        values_middle: Sum,
        values_low: Sum,
        coarse_high: Sum,
        coarse_middle: Sum,
        coarse_low: Sum,
        squares_high: Sum,
        squares_middle: Sum,
        squares_low: Sum,
    }
}

/// A weighted row of a mean.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WeightedNumber {
    pub(super) weight: i128,
    /// In units of its column.
    pub(super) value: i128,
    /// In coarse units.
    pub(super) coarse: i128,
}

impl WeightedMeanTally {
    pub(super) fn weights(&self) -> WeightSums {
        WeightSums {
            n: self.n,
            weight: self.weight,
            squares: ExactProductSum::new([
                self.weights_high,
                self.weights_middle,
                self.weights_low,
            ]),
        }
    }

    pub(super) fn sums(&self) -> WeightedMeanSums {
        WeightedMeanSums {
            values: ExactProductSum::new([self.values_high, self.values_middle, self.values_low]),
            coarse: ExactProductSum::new([self.coarse_high, self.coarse_middle, self.coarse_low]),
            squares: ExactProductSum::new([
                self.squares_high,
                self.squares_middle,
                self.squares_low,
            ]),
        }
    }
}

impl ItemTally<WeightedNumber> for WeightedMeanTally {
    #[inline]
    fn add(&mut self, row: WeightedNumber) {
        let (mut weights, mut sums) = (self.weights(), self.sums());
        weights.add(row.weight);
        sums.add(row.weight, row.value, row.coarse);
        (self.n, self.weight) = (weights.n, weights.weight);
        [self.weights_high, self.weights_middle, self.weights_low] = weights.squares.parts();
        [self.values_high, self.values_middle, self.values_low] = sums.values.parts();
        [self.coarse_high, self.coarse_middle, self.coarse_low] = sums.coarse.parts();
        [self.squares_high, self.squares_middle, self.squares_low] = sums.squares.parts();
    }
}
