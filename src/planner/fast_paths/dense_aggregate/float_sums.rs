//! Sums of doubles by group, and squared deviations from their mean.

use crate::functions::kernels::rows::{RowChunk, common_group};
use crate::functions::tally::FEW;

/// Number of partial sums of a chunk of one group: each addition of doubles waits for the last one.
const LANES: usize = 8;

/// The doubles of a group.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FloatMoments {
    /// Number of values.
    pub(super) n: i64,
    pub(super) sum: f64,
    /// Maintained if deviations are needed, as are their squares.
    pub(super) mean: f64,
    /// The sum of the squares of the deviations from the mean.
    pub(super) squares: f64,
}

impl FloatMoments {
    /// Adds one value, by Welford's recurrence.
    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 rows")]
    pub(super) fn add(&mut self, value: f64) {
        self.n += 1;
        self.sum += value;
        let off = value - self.mean;
        self.mean += off / self.n as f64;
        self.squares += off * (value - self.mean);
    }

    /// Adds the values of `other`.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 rows")]
    pub(super) fn merge(&mut self, other: &Self) {
        let n = self.n + other.n;
        if n == 0 {
            return;
        }
        let share = other.n as f64 / n as f64;
        let off = other.mean - self.mean;
        self.squares += other.squares + off * off * self.n as f64 * share;
        self.mean += off * share;
        self.sum += other.sum;
        self.n = n;
    }
}

/// Adds the doubles of a chunk to their groups; their deviations only if `squares` are needed.
pub(super) fn add_by_group(
    reals: &mut [FloatMoments],
    groups: &[usize],
    chunk: &RowChunk<'_, f64>,
    squares: bool,
) {
    if !squares {
        return chunk.for_each_in(groups, |group, value| {
            reals[group].n += 1;
            reals[group].sum += value;
        });
    }
    if !add_about_means(reals, groups, chunk) {
        chunk.for_each_in(groups, |group, value| reals[group].add(value));
    }
}

/// The same without a division per row: by deviations from the means so far. False, with nothing added,
/// if there are no means yet, or if numbers are so large that their order matters.
fn add_about_means(
    reals: &mut [FloatMoments],
    groups: &[usize],
    chunk: &RowChunk<'_, f64>,
) -> bool {
    if reals.len() > FEW {
        return false;
    }
    let mut pieces = [ChunkDeviations::default(); FEW];
    for (piece, real) in pieces.iter_mut().zip(reals.iter()) {
        piece.pivot = real.mean;
        piece.sum = real.sum;
    }
    match common_group(groups) {
        Some(group) if is_full(chunk) => pieces[group % FEW].add_all(chunk.items),
        _ => chunk.for_each_in(groups, |group, value| pieces[group % FEW].add(value)),
    }
    let mut pairs = reals.iter().zip(&pieces);
    if !pairs.all(|(real, piece)| piece.n == 0 || real.n > 0 && piece.squares.is_finite()) {
        return false;
    }
    for (real, piece) in reals.iter_mut().zip(&pieces) {
        if piece.n > 0 {
            let more = piece.float_moments();
            real.merge(&more);
            real.sum = piece.sum;
        }
    }
    true
}

fn is_full(chunk: &RowChunk<'_, f64>) -> bool {
    usize::try_from(chunk.count()).is_ok_and(|counted| counted == chunk.items.len())
}

/// The values of a chunk in one group, as deviations from the mean of the rows before.
///
/// The mean is one of values of the same group, so the digits that are lost by its distance from the
/// new values are negligible beside the deviations of all.
#[derive(Debug, Clone, Copy, Default)]
struct ChunkDeviations {
    pivot: f64,
    n: i64,
    /// Sum of the group, rows before included.
    sum: f64,
    off: f64,
    squares: f64,
}

impl ChunkDeviations {
    #[inline]
    fn add(&mut self, value: f64) {
        let off = value - self.pivot;
        self.n += 1;
        self.sum += value;
        self.off += off;
        self.squares += off * off;
    }

    fn add_all(&mut self, values: &[f64]) {
        let mut lanes = [[0.0; LANES]; 3];
        let (full, rest) = values.as_chunks::<LANES>();
        for values in full {
            for (lane, value) in values.iter().enumerate() {
                let off = value - self.pivot;
                lanes[0][lane] += value;
                lanes[1][lane] += off;
                lanes[2][lane] += off * off;
            }
        }
        let [sum, off, squares] = lanes.map(|lanes| lanes.iter().sum::<f64>());
        self.sum += sum;
        self.off += off;
        self.squares += squares;
        self.n += i64::try_from(values.len() - rest.len()).unwrap_or(i64::MAX);
        rest.iter().for_each(|&value| self.add(value));
    }

    /// Without the sum, which covers more rows.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 rows")]
    fn float_moments(&self) -> FloatMoments {
        let off = self.off / self.n as f64;
        FloatMoments {
            n: self.n,
            sum: 0.0,
            mean: self.pivot + off,
            squares: (self.squares - self.off * off).max(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::InvalidPolicy;
    use arrow::array::{ArrayRef, Float64Array};
    use proptest::prelude::*;
    use std::sync::Arc;

    use super::*;
    use crate::functions::kernels::rows::{EligibleRows, by_value, eligible};

    /// Sums by chunks, and one by one.
    fn both(values: &[Option<f64>], groups: &[usize], total: usize) -> [Vec<FloatMoments>; 2] {
        let column: Float64Array = values.iter().copied().collect();
        let fill = by_value(column.values(), Some);
        let column: ArrayRef = Arc::new(column.clone());
        let batch = EligibleRows {
            rows: values.len(),
            eligible: eligible(&[&column], None),
            invalid: InvalidPolicy::Error,
        };
        let mut reals = [
            vec![FloatMoments::default(); total],
            vec![FloatMoments::default(); total],
        ];
        let never = |_| unreachable!();
        batch
            .gather(&fill, &never, &mut |chunk| {
                let groups = &groups[chunk.start..][..chunk.items.len()];
                add_by_group(&mut reals[0], groups, chunk, true);
            })
            .unwrap();
        for (value, &group) in values.iter().zip(groups) {
            if let Some(value) = value {
                reals[1][group].add(*value);
            }
        }
        reals
    }

    fn close(left: f64, right: f64) -> bool {
        left.to_bits() == right.to_bits()
            || left.is_nan() && right.is_nan()
            || (left - right).abs() <= 1e-9 * left.abs().max(right.abs())
    }

    proptest! {
        #[test]
        fn chunks_have_the_deviations_of_their_values(
            values in prop::collection::vec(prop::option::weighted(0.9, -50.0..50.0), 0..5_000),
            at in prop::sample::select(vec![0.0, 1.0, -3e4, 1e6]),
            total in prop::sample::select(vec![1_usize, 3, 64, 65]),
            length in 1_usize..2_000,
        ) {
            let values: Vec<_> = values.iter().map(|v| v.map(|v: f64| v + at)).collect();
            let groups: Vec<usize> = (0..values.len()).map(|row| row / length % total).collect();
            let [chunks, rows] = both(&values, &groups, total);
            for (chunk, row) in chunks.iter().zip(&rows) {
                prop_assert_eq!(chunk.n, row.n);
                prop_assert!((chunk.sum - row.sum).abs() <= 1e-9 * (1.0 + at.abs()) * 5_000.0);
                prop_assert!((chunk.mean - row.mean).abs() <= 1e-9 * (1.0 + at.abs()));
                let scale = row.squares.max(1e-6 * at.abs());
                prop_assert!((chunk.squares - row.squares).abs() <= 1e-6 * scale, "{chunk:?} {row:?}");
            }
        }
    }

    #[test]
    fn extremes_are_those_of_the_recurrence() {
        let extremes = [f64::NAN, f64::INFINITY, f64::MAX, -f64::MAX, 1e200, -0.0];
        for extreme in extremes {
            let mut values = vec![Some(1.5); 3_000];
            values[2_500] = Some(extreme);
            values[100] = None;
            let [chunks, rows] = both(&values, &vec![0; 3_000], 1);
            let parts = |real: &FloatMoments| [real.sum, real.mean, real.squares];
            for (chunk, row) in parts(&chunks[0]).into_iter().zip(parts(&rows[0])) {
                assert!(close(chunk, row), "{extreme}: {chunk} {row}");
            }
        }
    }

    #[test]
    fn equal_values_do_not_deviate() {
        let [chunks, _] = both(&vec![Some(0.1); 9_000], &vec![0; 9_000], 1);
        assert!(chunks[0].squares.abs() < 1e-20, "{:?}", chunks[0]);
    }
}
