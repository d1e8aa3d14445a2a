//! The contacts of a range that can still have a repeat contact.

use std::collections::VecDeque;

use super::deadlines::ContactDeadlines;

/// A queue of rows in time order; rows whose deadline has passed are removed from its front.
#[derive(Debug)]
pub(super) struct OpenContactWindow {
    chunks: VecDeque<OpenContactChunk>,
    /// The first row in the queue.
    first: usize,
    /// Its deadline; after every instant if the queue is empty.
    earliest: i64,
    /// Rows behind the first can have earlier deadlines.
    is_exact: bool,
    /// Number of rows of all chunks.
    held: usize,
}

#[derive(Debug)]
struct OpenContactChunk {
    start: usize,
    deadlines: ContactDeadlines,
}

impl OpenContactChunk {
    fn end(&self) -> usize {
        self.start + self.deadlines.values.len()
    }
}

impl OpenContactWindow {
    pub(super) fn new(keeps_order: bool) -> Self {
        Self {
            chunks: VecDeque::new(),
            first: 0,
            earliest: i64::MAX,
            is_exact: !keeps_order,
            held: 0,
        }
    }

    /// Appends the rows from `start` on, which follow all others.
    pub(super) fn push(&mut self, start: usize, deadlines: ContactDeadlines) {
        if deadlines.values.is_empty() {
            return;
        }
        if self.chunks.is_empty() {
            self.first = start;
            self.earliest = deadlines.at(0);
        }
        self.held += deadlines.values.len();
        self.chunks.push_back(OpenContactChunk { start, deadlines });
    }

    /// Removes rows whose deadline has passed at `now`.
    #[inline]
    pub(super) fn advance(&mut self, now: i64) {
        if self.earliest < now {
            self.drop_before(now);
        }
    }

    fn drop_before(&mut self, now: i64) {
        while let Some(chunk) = self.chunks.front() {
            let offset = self.first - chunk.start;
            let open =
                (offset..chunk.deadlines.values.len()).find(|&row| chunk.deadlines.at(row) >= now);
            if let Some(open) = open {
                self.first = chunk.start + open;
                self.earliest = chunk.deadlines.at(open);
                return;
            }
            self.first = chunk.end();
            self.held -= chunk.deadlines.values.len();
            self.chunks.pop_front();
        }
        self.earliest = i64::MAX;
    }

    /// True if a contact at `now`, up to which rows were removed, is in time for `row`.
    #[inline]
    pub(super) fn is_open(&self, row: usize, now: i64) -> bool {
        row >= self.first && (!self.is_exact || self.deadline(row) >= now)
    }

    /// The deadline of a row; before every instant if the row was removed.
    pub(super) fn deadline(&self, row: usize) -> i64 {
        if row < self.first {
            return i64::MIN;
        }
        let behind = self.chunks.partition_point(|chunk| chunk.end() <= row);
        let chunk = self.chunks.get(behind);
        chunk.map_or(i64::MIN, |chunk| chunk.deadlines.at(row - chunk.start))
    }

    /// The remaining rows, with their deadlines.
    pub(super) fn rest(&self) -> impl Iterator<Item = (usize, i64)> + '_ {
        let rows = self.chunks.iter().flat_map(|chunk| {
            let rows = 0..chunk.deadlines.values.len();
            rows.map(|row| (chunk.start + row, chunk.deadlines.at(row)))
        });
        rows.skip_while(|&(row, _)| row < self.first)
    }

    pub(super) fn size(&self) -> usize {
        self.held * size_of::<i64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deadlines(values: &[i64], plus: i64) -> ContactDeadlines {
        let values = values.to_vec().into();
        ContactDeadlines { values, plus }
    }

    #[test]
    fn rows_leave_when_their_deadline_has_passed() {
        let mut window = OpenContactWindow::new(true);
        window.push(0, deadlines(&[1, 2, 2], 10));
        window.push(3, deadlines(&[8], 10));
        window.advance(12);
        assert!(!window.is_open(0, 12));
        assert!(window.is_open(1, 12) && window.is_open(3, 12));
        window.advance(13);
        assert_eq!(window.rest().collect::<Vec<_>>(), [(3, 18)]);
        assert_eq!(window.deadline(2), i64::MIN);
        window.advance(19);
        assert_eq!(window.rest().count(), 0);
        assert_eq!(window.size(), 0);
        window.push(4, deadlines(&[20], 0));
        assert!(window.is_open(4, 20));
    }

    #[test]
    fn a_later_row_may_have_an_earlier_deadline() {
        let mut window = OpenContactWindow::new(false);
        window.push(0, deadlines(&[9, 5, 9], 0));
        window.advance(7);
        assert!(window.is_open(0, 7) && !window.is_open(1, 7) && window.is_open(2, 7));
    }

    #[test]
    fn rows_that_are_not_eligible_leave_at_once() {
        let mut window = OpenContactWindow::new(true);
        window.push(0, deadlines(&[i64::MIN, 5], 3));
        window.advance(5);
        assert_eq!(window.rest().collect::<Vec<_>>(), [(1, 8)]);
    }
}
