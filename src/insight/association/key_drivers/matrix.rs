//! Square matrices of the few columns of a model.

use super::OWN_SHARE;

/// A symmetric matrix of correlations, the outcome last, and what is left of it after columns are taken out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SquareMatrix {
    pub(super) size: usize,
    /// Row by row.
    cells: Vec<f64>,
}

impl SquareMatrix {
    pub(super) fn zero(size: usize) -> Self {
        Self {
            size,
            cells: vec![0.0; size * size],
        }
    }

    pub(super) fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.size + j]
    }

    pub(super) fn set(&mut self, i: usize, j: usize, value: f64) {
        self.cells[i * self.size + j] = value;
        self.cells[j * self.size + i] = value;
    }

    /// Without the first `width` columns.
    pub(super) fn rest(&self, width: usize) -> Self {
        let rows = self.cells.chunks(self.size.max(1)).skip(width);
        Self {
            size: self.size - width,
            cells: rows
                .flat_map(|row| row.iter().skip(width).copied())
                .collect(),
        }
    }

    /// With the variation of the first `width` columns taken out of the others, and that of the last which is
    /// taken out so. A column that has none of its own takes nothing.
    pub(super) fn eliminated(&self, width: usize) -> (Self, f64) {
        let (mut left, mut gain) = (self.clone(), 0.0);
        let size = self.size;
        for pivot in 0..width {
            let (above, below) = left.cells.split_at_mut((pivot + 1) * size);
            let pivots = &above[pivot * size..];
            let own = pivots[pivot];
            if own <= OWN_SHARE {
                continue;
            }
            gain += pivots[size - 1] * pivots[size - 1] / own;
            for (i, row) in (pivot + 1..).zip(below.chunks_mut(size)) {
                let factor = pivots[i] / own;
                // The part below the diagonal is never read.
                for (cell, &x) in row[i..].iter_mut().zip(&pivots[i..]) {
                    *cell -= factor * x;
                }
            }
        }
        (left.rest(width), gain)
    }

    /// Sweeps a column in: once all but the last are, the last holds their coefficients and, on the diagonal,
    /// the variation that they leave; the others hold the inverse (J. H. Goodnight, "A tutorial on the SWEEP
    /// operator", 1979).
    pub(super) fn sweep(&mut self, pivot: usize) {
        let size = self.size;
        let own = self.at(pivot, pivot);
        let pivots: Vec<f64> = (0..size).map(|j| self.at(pivot, j) / own).collect();
        for (i, row) in self.cells.chunks_mut(size).enumerate() {
            if i == pivot {
                row.copy_from_slice(&pivots);
                row[pivot] = 1.0 / own;
                continue;
            }
            let factor = row[pivot];
            for (cell, &x) in row.iter_mut().zip(&pivots) {
                *cell -= factor * x;
            }
            row[pivot] = -factor / own;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlations() -> SquareMatrix {
        let mut matrix = SquareMatrix::zero(3);
        (0..3).for_each(|i| matrix.set(i, i, 1.0));
        matrix.set(0, 1, 0.6);
        matrix.set(0, 2, 0.5);
        matrix.set(1, 2, 0.7);
        matrix
    }

    /// Of x, 0.5² of y's variation; then (0.7 − 0.6 × 0.5)² / (1 − 0.6²) of z's, which is 0.25 too.
    #[test]
    fn elimination_takes_the_parts_out() {
        let (left, gain) = correlations().eliminated(1);
        assert!((gain - 0.25).abs() < 1e-15);
        assert!((left.at(0, 0) - 0.64).abs() < 1e-15);
        assert!((left.at(0, 1) - 0.4).abs() < 1e-15);
        let (left, gain) = correlations().eliminated(2);
        assert!((gain - 0.5).abs() < 1e-15);
        assert!((left.at(0, 0) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn sweeping_gives_coefficients_and_the_inverse() {
        let mut matrix = correlations();
        matrix.sweep(0);
        matrix.sweep(1);
        // The inverse of 1 0.6 / 0.6 1 is 1 −0.6 / −0.6 1 over 0.64.
        assert!((matrix.at(0, 0) - 1.0 / 0.64).abs() < 1e-14);
        assert!((matrix.at(0, 1) + 0.6 / 0.64).abs() < 1e-14);
        assert!((matrix.at(0, 2) - (0.5 - 0.42) / 0.64).abs() < 1e-14);
        assert!((matrix.at(1, 2) - 0.4 / 0.64).abs() < 1e-14);
        assert!((matrix.at(2, 2) - 0.5).abs() < 1e-14);
    }

    #[test]
    fn a_column_twice_takes_nothing_more() {
        let mut matrix = correlations();
        matrix.set(0, 1, 1.0);
        matrix.set(1, 2, 0.5);
        assert!((matrix.eliminated(2).1 - 0.25).abs() < 1e-15);
    }
}
