//! KPIs that are the mean of an exact sum.

use std::fmt::Debug;

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;

use super::accumulate::{KpiFormula, TalliedRows};
use super::{FEW, ItemTally, add_to, statistics, tally};
use crate::functions::declaration::outcome::KpiMeasurement;
use crate::functions::kernels::numbers::{COARSE, ratio};
use crate::functions::kernels::rows::{CHUNK, ChunkVisitor, RowChunk};

/// Contribution of one row to a mean, for any value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct MeanSample {
    /// The value in the smallest unit of its column, so that sums are exact.
    pub(crate) value: i128,
    /// The value in a coarser unit, whose squares do not overflow.
    pub(crate) coarse: i128,
}

/// Contribution of one row to a mean, for values of 0 or more that fit 64 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct NarrowMeanSample {
    /// As in [`MeanSample`].
    value: i64,
    /// As in [`MeanSample`]; negative if it does not fit: then it is [`COARSE`] times the value.
    coarse: i64,
}

impl NarrowMeanSample {
    /// Both parts must be 0 or more.
    #[inline]
    pub(crate) fn new(value: i64, coarse: i64) -> Self {
        Self { value, coarse }
    }

    /// A value of which one is [`COARSE`] coarse units.
    #[inline]
    pub(crate) fn whole(value: i64) -> Self {
        let fits = value < i64::MAX / COARSE;
        Self {
            value,
            coarse: if fits { value * COARSE } else { -1 },
        }
    }

    #[cold]
    #[inline(never)]
    fn wide(self) -> MeanSample {
        let value = i128::from(self.value);
        MeanSample {
            value,
            coarse: value * i128::from(COARSE),
        }
    }
}

tally! {
    /// Number of rows, their exact sum, and for an interval the sums of the coarse values and their squares.
    pub(crate) struct MeanTally {
        n: Count,
        sum: Sum,
        coarse: Sum,
        squares: Sum,
    }
}

impl ItemTally<MeanSample> for MeanTally {
    #[inline]
    fn add(&mut self, sample: MeanSample) {
        self.n += 1;
        add_to(&mut self.sum, sample.value);
        add_to(&mut self.coarse, sample.coarse);
        let square = sample.coarse.saturating_mul(sample.coarse);
        add_to(&mut self.squares, square);
    }
}

impl ItemTally<NarrowMeanSample> for MeanTally {
    #[inline]
    fn add(&mut self, sample: NarrowMeanSample) {
        if sample.coarse < 0 {
            return self.add(sample.wide());
        }
        let coarse = i128::from(sample.coarse);
        self.n += 1;
        add_to(&mut self.sum, i128::from(sample.value));
        add_to(&mut self.coarse, coarse);
        add_to(&mut self.squares, coarse * coarse);
    }

    fn add_all(&mut self, chunk: &RowChunk<'_, NarrowMeanSample>) {
        const { assert!(CHUNK <= 1 << 10, "sums of a chunk would not fit") }
        let parts = chunk.items.iter().map(|s| (s.value | s.coarse, s.coarse));
        let (all, coarse) = parts.fold((0, 0), |(a, b), (c, d)| (a | c, b | d));
        // Negative values exceed this limit, too.
        if all.cast_unsigned() >= 1 << 52 {
            return chunk.for_each(|_, sample| self.add(sample));
        }
        let sums = chunk.items.iter().map(|s| (s.value, s.coarse));
        let (sum, sum_coarse) = sums.fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        let coarse_values = chunk.items.iter().map(|sample| sample.coarse);
        let squares: i128 = if coarse < 1 << 26 {
            i128::from(coarse_values.map(|c| c * c).sum::<i64>())
        } else {
            coarse_values.map(|c| i128::from(c) * i128::from(c)).sum()
        };
        self.n += chunk.count();
        add_to(&mut self.sum, i128::from(sum));
        add_to(&mut self.coarse, i128::from(sum_coarse));
        add_to(&mut self.squares, squares);
    }

    /// Sums of a chunk per group fit 64 bits, so that a row costs 64-bit additions.
    fn add_by_group(means: &mut [Self], groups: &[usize], chunk: &RowChunk<'_, NarrowMeanSample>) {
        let all = chunk
            .items
            .iter()
            .fold(0, |all, s| all | s.value | s.coarse);
        if means.len() > FEW || all.cast_unsigned() >= 1 << 52 {
            return chunk.for_each_in(groups, |group, sample| means[group].add(sample));
        }
        let mut sums = [MeanChunkSum::default(); FEW];
        chunk.for_each_in(groups, |group, sample| sums[group % FEW].add(sample));
        for (mean, sum) in means.iter_mut().zip(sums) {
            mean.n += sum.n;
            add_to(&mut mean.sum, i128::from(sum.value));
            add_to(&mut mean.coarse, i128::from(sum.coarse));
            add_to(&mut mean.squares, sum.squares);
        }
    }
}

/// Sums of the rows of a chunk in one group; their values and coarse values are below 2^52.
#[derive(Debug, Clone, Copy, Default)]
struct MeanChunkSum {
    n: i64,
    value: i64,
    coarse: i64,
    squares: i128,
}

impl MeanChunkSum {
    #[inline]
    fn add(&mut self, sample: NarrowMeanSample) {
        self.n += 1;
        self.value += sample.value;
        self.coarse += sample.coarse;
        self.squares += i128::from(sample.coarse) * i128::from(sample.coarse);
    }
}

/// The reading of a KPI's rows as samples.
pub(crate) trait MeanSampleReader: Clone + Debug + Send + Sync + 'static {
    /// Contribution of a row.
    type Sample: Copy + Debug + Default + Send;

    /// Reads the sample of each row.
    fn samples(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, Self::Sample>,
    ) -> Result<()>;
}

/// Mean of the samples; the exact sum is multiplied by `numerator` / `denominator`.
#[derive(Debug, Clone)]
pub(crate) struct MeanKpi<S> {
    pub(crate) samples: S,
    /// Factor of the sum.
    pub(crate) numerator: i128,
    /// Units of the exact sum in one reported unit, before `numerator`.
    pub(crate) denominator: i128,
    /// Coarse units in one reported unit.
    pub(crate) coarse_per_unit: f64,
}

impl<S> MeanKpi<S> {
    fn mean(&self, sum: i128, n: i64) -> Option<f64> {
        ratio(
            sum.saturating_mul(self.numerator),
            i128::from(n).saturating_mul(self.denominator),
        )
    }
}

impl<S> MeanKpi<S> {
    /// Sample variance; `None` below two values and if the squares overflowed.
    ///
    /// Computed in coarse units only: the mean of the exact values differs from the mean of the rounded
    /// ones, and the difference times the mean can exceed the whole variance.
    fn variance(&self, tally: &MeanTally) -> Option<f64> {
        let variance = statistics::variance(tally.n, tally.coarse, tally.squares)?;
        Some(variance / (self.coarse_per_unit * self.coarse_per_unit))
    }
}

impl<S: MeanSampleReader> TalliedRows for MeanKpi<S>
where
    MeanTally: ItemTally<S::Sample>,
{
    type Item = S::Sample;
    type Tally = MeanTally;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, S::Sample>,
    ) -> Result<()> {
        self.samples.samples(columns, filter, each)
    }
}

impl<S: MeanSampleReader> KpiFormula for MeanKpi<S>
where
    MeanTally: ItemTally<S::Sample>,
{
    fn value(&self, tally: &MeanTally) -> Option<f64> {
        self.mean(tally.sum, tally.n)
    }

    fn measure(&self, tally: &MeanTally, level: f64) -> KpiMeasurement {
        let value = self.value(tally);
        let total = (tally.n > 0).then(|| self.mean(tally.sum, 1)).flatten();
        KpiMeasurement {
            n: tally.n,
            parts: vec![total],
            value,
            interval: value
                .zip(self.variance(tally))
                .and_then(|(mean, variance)| statistics::mean(mean, variance, tally.n, level)),
        }
    }
}

/// Description of the interval of a mean, for the documentation.
pub(crate) const INTERVAL: &str = "the ends of the normal interval of the mean (NULL below two \
     values; wide and only approximate for skewed values).";
