//! Terminal output: limits of the shown result, and the buffered first and last rows.

use std::collections::VecDeque;

use arrow::array::RecordBatch;

/// Default number of rows on a terminal.
pub(crate) const ROWS: usize = 40;

/// Display options of a result for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenOptions {
    /// Number of characters of a line.
    pub width: usize,
    /// Maximum number of rows, the first and the last ones; `None` for all rows.
    pub rows: Option<usize>,
    /// True for exact values, instead of readable numbers, times and units.
    pub is_exact: bool,
    /// Hint for the user that explains how to see the omitted columns.
    pub more_columns: &'static str,
}

impl ScreenOptions {
    /// Options of a terminal that is `width` characters wide and shows `ROWS` rows.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self {
            width,
            rows: Some(ROWS),
            is_exact: false,
            more_columns: "--expanded shows all",
        }
    }
}

/// First and last rows of a result that arrives batch by batch.
#[derive(Debug)]
pub(super) struct HeadTailRows {
    head: Vec<RecordBatch>,
    tail: VecDeque<RecordBatch>,
    head_rows: usize,
    tail_rows: usize,
    /// Maximum number of rows to retain, at the head and at the tail.
    most: (usize, usize),
    pub(super) seen: usize,
}

impl HeadTailRows {
    pub(super) fn new(rows: Option<usize>) -> Self {
        let most = match rows {
            Some(rows) => (rows.div_ceil(2), rows / 2),
            None => (usize::MAX, 0),
        };
        Self {
            head: Vec::new(),
            tail: VecDeque::new(),
            head_rows: 0,
            tail_rows: 0,
            most,
            seen: 0,
        }
    }

    pub(super) fn add(&mut self, batch: &RecordBatch) {
        self.seen += batch.num_rows();
        let room = self.most.0 - self.head_rows;
        let first = batch.num_rows().min(room);
        if first > 0 {
            self.head.push(batch.slice(0, first));
            self.head_rows += first;
        }
        let rest = batch.num_rows() - first;
        if rest > 0 && self.most.1 > 0 {
            self.tail.push_back(batch.slice(first, rest));
            self.tail_rows += rest;
            self.shorten();
        }
    }

    /// Drops surplus rows at the front of the tail.
    fn shorten(&mut self) {
        while self.tail_rows > self.most.1 {
            let surplus = self.tail_rows - self.most.1;
            let Some(oldest) = self.tail.pop_front() else {
                return;
            };
            let rows = oldest.num_rows();
            self.tail_rows -= rows;
            if rows > surplus {
                self.tail.push_front(oldest.slice(surplus, rows - surplus));
                self.tail_rows += rows - surplus;
            }
        }
    }

    /// Shown batches, in order.
    pub(super) fn batches(&self) -> impl Iterator<Item = &RecordBatch> + Clone {
        self.head.iter().chain(&self.tail)
    }

    /// Number of shown rows.
    pub(super) fn rows(&self) -> usize {
        self.head_rows + self.tail_rows
    }

    /// Index of the first row after the omitted rows; `None` if all are shown.
    pub(super) fn gap(&self) -> Option<usize> {
        (self.rows() < self.seen).then_some(self.head_rows)
    }

    /// "40 of 1,500 rows"; `None` if all are shown.
    pub(super) fn note(&self) -> Option<String> {
        let grouped = |number: usize| super::numbers::grouped(&number.to_string());
        (self.rows() < self.seen)
            .then(|| format!("{} of {} rows", grouped(self.rows()), grouped(self.seen)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Int32Array};
    use arrow::datatypes::Int32Type;

    use super::*;

    /// Rows that are retained of numbers in batches with these bounds.
    fn shown(rows: Option<usize>, ends: &[i32]) -> (Vec<i32>, Option<usize>) {
        let mut kept = HeadTailRows::new(rows);
        for (&start, &end) in ends.iter().zip(&ends[1..]) {
            let values: ArrayRef = Arc::new(Int32Array::from_iter_values(start..end));
            kept.add(&RecordBatch::try_from_iter([("n", values)]).unwrap());
        }
        let values = kept.batches().flat_map(|batch| {
            let values = batch.column(0).as_primitive::<Int32Type>().values();
            values.to_vec()
        });
        (values.collect(), kept.gap())
    }

    #[test]
    fn the_first_and_the_last_rows_are_kept_however_they_come() {
        let both_ends = (vec![0, 1, 2, 98, 99], Some(3));
        assert_eq!(shown(Some(5), &[0, 100]), both_ends);
        assert_eq!(shown(Some(5), &[0, 1, 99, 100]), both_ends);
        let single: Vec<i32> = (0..=100).collect();
        assert_eq!(shown(Some(5), &single), both_ends);
        assert_eq!(shown(Some(1), &[0, 100]), (vec![0], Some(1)));
    }

    #[test]
    fn what_fits_is_kept_whole() {
        let all: Vec<i32> = (0..6).collect();
        assert_eq!(shown(Some(6), &[0, 4, 6]), (all.clone(), None));
        assert_eq!(shown(None, &[0, 4, 6]), (all, None));
        assert_eq!(shown(Some(3), &[0]), (vec![], None));
    }
}
