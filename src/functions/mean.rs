//! KPIs that are a mean of an exact sum.

use std::fmt::Debug;

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;

use crate::functions::accumulate::Kpi;
use crate::functions::numbers::ratio;
use crate::functions::outcome::Measured;
use crate::functions::rows::Rows;
use crate::functions::statistics;
use crate::functions::tally::tally;

/// What one row adds to a mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sample {
    /// The value in the smallest unit of its column, so that sums are exact.
    pub(crate) value: i128,
    /// The value in a coarser unit, whose squares stay within range.
    pub(crate) coarse: i128,
}

tally! {
    /// Rows, their exact sum, and for an interval the sum of the coarse values and their squares.
    pub(crate) struct Mean {
        n: Count,
        sum: Sum,
        coarse: Sum,
        squares: Sum,
    }
    fn add(&mut self, sample: Sample) {
        self.n += 1;
        self.sum = self.sum.saturating_add(sample.value);
        self.coarse = self.coarse.saturating_add(sample.coarse);
        self.squares =
            self.squares.saturating_add(sample.coarse.saturating_mul(sample.coarse));
    }
}

/// How the rows of one KPI become samples.
pub(crate) trait Samples: Clone + Debug + Send + Sync + 'static {
    /// The sample of each row.
    fn samples(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Rows<Sample>>;
}

/// The mean of the samples, `numerator` reported units to `denominator` of the exact ones.
#[derive(Debug, Clone)]
pub(crate) struct MeanOf<S> {
    pub(crate) samples: S,
    /// Multiplies the sum.
    pub(crate) numerator: i128,
    /// Units of the exact sum in one reported unit, before `numerator`.
    pub(crate) denominator: i128,
    /// Coarse units in one reported unit.
    pub(crate) coarse_per_unit: f64,
}

impl<S> MeanOf<S> {
    fn mean(&self, sum: i128, n: i64) -> Option<f64> {
        ratio(
            sum.saturating_mul(self.numerator),
            i128::from(n).saturating_mul(self.denominator),
        )
    }
}

impl<S> MeanOf<S> {
    /// The sample variance; `None` below two values and where the squares ran out of range.
    ///
    /// All of it in coarse units: the mean of the exact ones would lie beside the mean of the
    /// rounded ones, and the difference times the mean can be more than the whole variance.
    fn variance(&self, tally: &Mean) -> Option<f64> {
        let variance = statistics::variance(tally.n, tally.coarse, tally.squares)?;
        Some(variance / (self.coarse_per_unit * self.coarse_per_unit))
    }
}

impl<S: Samples> Kpi for MeanOf<S> {
    type Tally = Mean;

    fn read(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Rows<Sample>> {
        self.samples.samples(columns, filter)
    }

    fn value(&self, tally: &Mean) -> Option<f64> {
        self.mean(tally.sum, tally.n)
    }

    fn measure(&self, tally: &Mean, level: f64) -> Measured {
        let value = self.value(tally);
        let total = (tally.n > 0).then(|| self.mean(tally.sum, 1)).flatten();
        Measured {
            n: tally.n,
            parts: vec![total],
            value,
            interval: value
                .zip(self.variance(tally))
                .and_then(|(mean, variance)| statistics::mean(mean, variance, tally.n, level)),
        }
    }
}

/// How the interval of a mean is made, for the documentation.
pub(crate) const INTERVAL: &str = "the ends of the normal interval of the mean (NULL below two \
     values; wide and only approximate for skewed values).";
