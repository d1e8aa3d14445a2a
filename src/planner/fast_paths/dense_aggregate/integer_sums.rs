//! Exact sums of integers and of their squares by group.

use crate::functions::kernels::rows::{RowChunk, common_group};
use crate::functions::tally::statistics::variance;
use crate::functions::tally::{FEW, add_to};

use super::float_sums::FloatMoments;

/// The squares of values below this, added over a chunk, fit 64 bits; sums do so below [`SUMMED`].
const SQUARED: u64 = 1 << 26;
const SUMMED: u64 = 1 << 52;

/// The integers of a group.
#[derive(Debug, Clone, Copy, Default)]
struct IntegerMoments {
    n: i64,
    sum: i128,
    squares: i128,
}

impl IntegerMoments {
    #[inline]
    fn add(&mut self, n: i64, sum: i64, squares: i64) {
        self.n += n;
        add_to(&mut self.sum, i128::from(sum));
        add_to(&mut self.squares, i128::from(squares));
    }

    /// Converts them to doubles.
    #[expect(
        clippy::cast_precision_loss,
        reason = "the nearest double is what is asked"
    )]
    fn float_moments(&self) -> FloatMoments {
        if self.n == 0 {
            return FloatMoments::default();
        }
        let freedom = (self.n - 1) as f64;
        FloatMoments {
            n: self.n,
            sum: self.sum as f64,
            mean: self.sum as f64 / self.n as f64,
            squares: variance(self.n, self.sum, self.squares).unwrap_or(0.0) * freedom,
        }
    }
}

/// Numbers whose squares do not fit: their sum, and their deviations as doubles.
#[derive(Debug, Clone, Copy, Default)]
struct LargeIntegerMoments {
    sum: i128,
    real: FloatMoments,
}

/// The values of a chunk in one group.
#[derive(Debug, Clone, Copy, Default)]
struct ChunkIntegerMoments {
    n: i64,
    sum: i64,
    squares: i64,
}

/// The integers of all groups.
#[derive(Debug)]
pub(super) struct GroupedIntegerSums {
    /// True if deviations are needed.
    squares: bool,
    small: Vec<IntegerMoments>,
    /// As long as `small` if there is any large number.
    large: Vec<LargeIntegerMoments>,
}

impl GroupedIntegerSums {
    pub(super) fn new(squares: bool) -> Self {
        Self {
            squares,
            small: vec![],
            large: vec![],
        }
    }

    pub(super) fn reach(&mut self, total: usize) {
        self.small.resize(total, IntegerMoments::default());
        if !self.large.is_empty() {
            self.large.resize(total, LargeIntegerMoments::default());
        }
    }

    /// Adds a chunk whose rows belong to `groups`.
    pub(super) fn add(&mut self, groups: &[usize], chunk: &RowChunk<'_, i64>) {
        let sizes = chunk.items.iter().map(|&v| (v ^ (v >> 63)).cast_unsigned());
        let size = sizes.fold(0, |all, size| all | size);
        match self.squares {
            true if size < SQUARED => self.add_small(groups, chunk, |value| value * value),
            false if size < SUMMED => self.add_small(groups, chunk, |_| 0),
            _ => self.add_large(groups, chunk),
        }
    }

    fn add_small(
        &mut self,
        groups: &[usize],
        chunk: &RowChunk<'_, i64>,
        square: impl Fn(i64) -> i64,
    ) {
        if let Some(group) = common_group(groups) {
            let squares = chunk.items.iter().map(|&value| square(value)).sum();
            return self.small[group].add(chunk.count(), chunk.items.iter().sum(), squares);
        }
        if self.small.len() > FEW {
            let small = self.small.as_mut_slice();
            return chunk.for_each_in(groups, |group, value| {
                small[group].add(1, value, square(value));
            });
        }
        let mut sums = [ChunkIntegerMoments::default(); FEW];
        chunk.for_each_in(groups, |group, value| {
            let sum = &mut sums[group % FEW];
            sum.n += 1;
            sum.sum += value;
            sum.squares += square(value);
        });
        for (whole, sum) in self.small.iter_mut().zip(sums) {
            whole.add(sum.n, sum.sum, sum.squares);
        }
    }

    #[cold]
    #[expect(clippy::cast_precision_loss, reason = "as a cast to DOUBLE does")]
    fn add_large(&mut self, groups: &[usize], chunk: &RowChunk<'_, i64>) {
        self.large
            .resize(self.small.len(), LargeIntegerMoments::default());
        chunk.for_each_in(groups, |group, value| {
            let large = &mut self.large[group];
            add_to(&mut large.sum, i128::from(value));
            large.real.add(value as f64);
        });
    }

    /// The number of values of each group and their sum.
    pub(super) fn totals(&self) -> Vec<(i64, i128)> {
        let none = LargeIntegerMoments::default();
        let groups = self.small.iter().enumerate();
        groups
            .map(|(group, small)| {
                let large = self.large.get(group).unwrap_or(&none);
                (small.n + large.real.n, small.sum + large.sum)
            })
            .collect()
    }

    /// The values of each group as doubles; `per_one` of the integers are one unit.
    #[expect(clippy::cast_precision_loss, reason = "rounded once")]
    pub(super) fn float_moments(&self, per_one: f64) -> Vec<FloatMoments> {
        let groups = self.totals().into_iter().enumerate();
        groups
            .map(|(group, (_, sum))| {
                let mut real = self.small[group].float_moments();
                if let Some(large) = self.large.get(group) {
                    real.merge(&large.real);
                }
                real.sum = sum as f64 / per_one;
                real.mean /= per_one;
                real.squares /= per_one * per_one;
                real
            })
            .collect()
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        self.small.capacity() * size_of::<IntegerMoments>()
            + self.large.capacity() * size_of::<LargeIntegerMoments>()
    }
}
