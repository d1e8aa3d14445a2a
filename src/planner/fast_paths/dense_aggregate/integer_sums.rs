//! Exact sums of integers and of their squares by group.

use crate::functions::kernels::rows::{RowChunk, common_group};
use crate::functions::tally::statistics::variance;
use crate::functions::tally::{FEW, add_to};

use super::float_sums::FloatMoments;

/// The squares of values below this, added over a chunk, fit 64 bits; sums do so below [`SUMMED`].
const SQUARED: u64 = 1 << 26;
const SUMMED: u64 = 1 << 52;

/// How many integers a group has, and their sum, less what was carried into [`GroupedIntegerSums::carried`]. With
/// many groups each row misses the cache, so it is small.
#[derive(Debug, Clone, Copy, Default)]
struct IntegerTotal {
    n: i64,
    sum: i64,
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
    has_squares: bool,
    small: Vec<IntegerTotal>,
    /// As long as `small` if deviations are needed.
    squares: Vec<i128>,
    /// As long as `small` if the sum of a group has left 64 bits.
    carried: Vec<i128>,
    /// As long as `small` if there is any large number.
    large: Vec<LargeIntegerMoments>,
}

impl GroupedIntegerSums {
    pub(super) fn new(has_squares: bool) -> Self {
        Self {
            has_squares,
            small: vec![],
            squares: vec![],
            carried: vec![],
            large: vec![],
        }
    }

    pub(super) fn reach(&mut self, total: usize) {
        self.small.resize(total, IntegerTotal::default());
        if self.has_squares {
            self.squares.resize(total, 0);
        }
        if !self.carried.is_empty() {
            self.carried.resize(total, 0);
        }
        if !self.large.is_empty() {
            self.large.resize(total, LargeIntegerMoments::default());
        }
    }

    /// Adds a chunk whose rows belong to `groups`.
    pub(super) fn add(&mut self, groups: &[usize], chunk: &RowChunk<'_, i64>) {
        let sizes = chunk.items.iter().map(|&v| (v ^ (v >> 63)).cast_unsigned());
        let size = sizes.fold(0, |all, size| all | size);
        match self.has_squares {
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
            return self.add_to_group(group, chunk.count(), chunk.items.iter().sum(), squares);
        }
        if self.small.len() > FEW {
            return chunk.for_each_in(groups, |group, value| {
                self.add_to_group(group, 1, value, square(value));
            });
        }
        let mut sums = [ChunkIntegerMoments::default(); FEW];
        chunk.for_each_in(groups, |group, value| {
            let sum = &mut sums[group % FEW];
            sum.n += 1;
            sum.sum += value;
            sum.squares += square(value);
        });
        for (group, sum) in sums.iter().enumerate().take(self.small.len()) {
            self.add_to_group(group, sum.n, sum.sum, sum.squares);
        }
    }

    #[inline]
    fn add_to_group(&mut self, group: usize, n: i64, sum: i64, squares: i64) {
        let total = &mut self.small[group];
        total.n += n;
        let (added, is_over) = total.sum.overflowing_add(sum);
        if is_over {
            self.carry(group, sum);
        } else {
            total.sum = added;
        }
        if self.has_squares {
            add_to(&mut self.squares[group], i128::from(squares));
        }
    }

    /// Adds to a sum that leaves 64 bits.
    #[cold]
    fn carry(&mut self, group: usize, sum: i64) {
        self.carried.resize(self.small.len(), 0);
        let before = std::mem::replace(&mut self.small[group].sum, sum);
        add_to(&mut self.carried[group], i128::from(before));
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

    /// The sum of the small integers of a group.
    fn small_sum(&self, group: usize) -> i128 {
        let carried = self.carried.get(group).copied().unwrap_or(0);
        carried + i128::from(self.small[group].sum)
    }

    /// The number of values of each group and their sum.
    pub(super) fn totals(&self) -> impl Iterator<Item = (i64, i128)> {
        let none = LargeIntegerMoments::default();
        let groups = self.small.iter().enumerate();
        groups.map(move |(group, small)| {
            let large = self.large.get(group).unwrap_or(&none);
            let sum = self.small_sum(group) + large.sum;
            (small.n + large.real.n, sum)
        })
    }

    /// The values of each group as doubles; `per_one` of the integers are one unit.
    #[expect(clippy::cast_precision_loss, reason = "rounded once")]
    pub(super) fn float_moments(&self, per_one: f64) -> Vec<FloatMoments> {
        let groups = self.totals().enumerate();
        groups
            .map(|(group, (_, sum))| {
                let mut real = self.small_moments(group);
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

    /// The small integers of a group as doubles.
    #[expect(
        clippy::cast_precision_loss,
        reason = "the nearest double is what is asked"
    )]
    fn small_moments(&self, group: usize) -> FloatMoments {
        let (n, sum) = (self.small[group].n, self.small_sum(group));
        if n == 0 {
            return FloatMoments::default();
        }
        let squares = self.squares.get(group).copied().unwrap_or(0);
        let freedom = (n - 1) as f64;
        FloatMoments {
            n,
            sum: sum as f64,
            mean: sum as f64 / n as f64,
            squares: variance(n, sum, squares).unwrap_or(0.0) * freedom,
        }
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        self.small.capacity() * size_of::<IntegerTotal>()
            + (self.squares.capacity() + self.carried.capacity()) * size_of::<i128>()
            + self.large.capacity() * size_of::<LargeIntegerMoments>()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array};

    use super::*;
    use crate::functions::kernels::rows::{EligibleRows, by_value, eligible};
    use crate::settings::InvalidPolicy;

    /// Adds `values`, which belong to groups one after the other, and gives count and sum of each.
    fn totals(values: &[i64], total: usize) -> Vec<(i64, i128)> {
        let column = Int64Array::from(values.to_vec());
        let groups: Vec<usize> = (0..values.len()).map(|row| row % total).collect();
        let fill = by_value(column.values(), Some);
        let column: ArrayRef = Arc::new(column.clone());
        let batch = EligibleRows {
            rows: values.len(),
            eligible: eligible(&[&column], None),
            invalid: InvalidPolicy::Error,
        };
        let mut sums = GroupedIntegerSums::new(false);
        sums.reach(total);
        let add = &mut |chunk: &RowChunk<'_, i64>| {
            sums.add(&groups[chunk.start..][..chunk.items.len()], chunk);
        };
        batch.gather(&fill, &|_| unreachable!(), add).unwrap();
        sums.totals().collect()
    }

    #[test]
    fn sums_leave_64_bits() {
        for total in [1, 3, FEW + 5] {
            for value in [SUMMED as i64 - 1, 1 - SUMMED as i64, 7] {
                let rows = 5_000 * total;
                let sum = i128::from(value) * 5_000;
                assert_eq!(totals(&vec![value; rows], total), vec![(5_000, sum); total]);
            }
        }
    }
}
