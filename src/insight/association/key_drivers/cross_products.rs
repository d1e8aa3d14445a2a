//! Sums over rows from which a linear model follows.

use super::super::exact_products::ExactProductSum;
use super::super::wide_integer::WideInteger;
use crate::functions::tally::add_to;

/// n, Σx and Σxy of columns in their units. Columns that no row has used yet are all 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CrossProducts {
    pub(crate) n: i64,
    pub(crate) sums: Vec<i128>,
    /// Of columns i ≤ j at [`pair`], so that a new column comes last.
    pub(crate) products: Vec<ExactProductSum>,
}

/// Place of the products of two columns.
fn pair(i: usize, j: usize) -> usize {
    let (lower, upper) = (i.min(j), i.max(j));
    upper * (upper + 1) / 2 + lower
}

impl CrossProducts {
    /// Counts a row by those of its columns that are not 0.
    pub(crate) fn add(&mut self, cells: &[(usize, i128)]) {
        self.n += 1;
        for (place, &(i, x)) in cells.iter().enumerate() {
            self.grow(i + 1);
            if let Some(sum) = self.sums.get_mut(i) {
                add_to(sum, x);
            }
            for &(j, y) in cells.iter().take(place + 1) {
                if let Some(product) = self.products.get_mut(pair(i, j)) {
                    product.add(x, y);
                }
            }
        }
    }

    /// Adds the rows of `other`, whose column i is column `columns[i]` here.
    pub(crate) fn merge(&mut self, other: &Self, columns: &[usize]) {
        self.n += other.n;
        let columns = columns.iter().take(other.sums.len());
        for (i, &column) in columns.clone().enumerate() {
            self.grow(column + 1);
            if let (Some(sum), Some(&more)) = (self.sums.get_mut(column), other.sums.get(i)) {
                add_to(sum, more);
            }
            for (j, &second) in columns.clone().take(i + 1).enumerate() {
                let product = self.products.get_mut(pair(column, second));
                if let (Some(product), Some(more)) = (product, other.products.get(pair(i, j))) {
                    product.merge(more);
                }
            }
        }
    }

    /// Takes the rows of `other` away, which are among these.
    pub(crate) fn subtract(&mut self, other: &Self) {
        self.n -= other.n;
        for (sum, less) in self.sums.iter_mut().zip(&other.sums) {
            *sum = sum.saturating_sub(*less);
        }
        for (product, less) in self.products.iter_mut().zip(&other.products) {
            product.subtract(less);
        }
    }

    /// Sum of a column.
    pub(crate) fn sum(&self, column: usize) -> i128 {
        self.sums.get(column).copied().unwrap_or(0)
    }

    /// n Σxy − Σx Σy of two columns; `None` if a sum overflowed.
    pub(crate) fn centred(&self, i: usize, j: usize) -> Option<WideInteger> {
        let product = self.products.get(pair(i, j)).copied().unwrap_or_default();
        product.centred(self.n, self.sum(i), self.sum(j))
    }

    fn grow(&mut self, columns: usize) {
        if self.sums.len() < columns {
            self.sums.resize(columns, 0);
            let pairs = columns * (columns + 1) / 2;
            self.products.resize(pairs, ExactProductSum::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows (2, 3) and (5, 0): 2 × 6 − 7 × 3 = −9.
    #[test]
    fn a_column_may_begin_late() {
        let mut sums = CrossProducts::default();
        sums.add(&[(0, 5)]);
        sums.add(&[(0, 2), (1, 3)]);
        assert_eq!(sums.centred(0, 1), Some(WideInteger::from(-9)));
        assert_eq!(sums.centred(1, 0), sums.centred(0, 1));
        assert_eq!(sums.centred(2, 2), Some(WideInteger::default()));
    }

    #[test]
    fn columns_are_merged_by_their_numbers() {
        let (mut all, mut part, mut other) = Default::default();
        let rows: [&[(usize, i128)]; 3] = [&[(0, 5), (1, 2)], &[(0, 4), (2, 7)], &[(1, 9), (2, 8)]];
        rows.iter()
            .for_each(|row| CrossProducts::add(&mut all, row));
        CrossProducts::add(&mut part, rows[0]);
        // The other side saw column 2 before column 1.
        let swap = [0, 2, 1];
        for row in &rows[1..] {
            let swapped: Vec<_> = row.iter().map(|&(column, x)| (swap[column], x)).collect();
            CrossProducts::add(&mut other, &swapped);
        }
        part.merge(&other, &swap);
        assert_eq!(part, all);
        let mut first = CrossProducts::default();
        first.add(rows[0]);
        all.subtract(&first);
        assert_eq!((all.n, all.sum(0), all.sum(1)), (2, 4, 9));
    }
}
