//! A result retained in memory, so that it can be shown again.

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::SchemaRef;

/// Limits in rows and bytes; further rows are only counted.
const MOST_ROWS: usize = 1_000_000;
const MOST_BYTES: usize = 256 << 20;

/// The first rows of a result, in most cases all of them, and the total number of rows.
#[derive(Debug, Clone)]
pub(super) struct RetainedResult {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
    seen: usize,
}

impl RetainedResult {
    pub(super) fn new(schema: SchemaRef) -> Self {
        Self {
            schema,
            batches: Vec::new(),
            rows: 0,
            bytes: 0,
            seen: 0,
        }
    }

    /// Appends the next rows while there is room.
    pub(super) fn push(&mut self, batch: &RecordBatch) {
        let is_whole = self.rows == self.seen;
        self.seen += batch.num_rows();
        if !is_whole || batch.num_rows() == 0 {
            return;
        }
        let bytes = bytes(batch);
        let by_bytes = match (MOST_BYTES - self.bytes) / (bytes / batch.num_rows()).max(1) {
            // The first row is retained whatever its size.
            0 => usize::from(self.rows == 0),
            rows => rows,
        };
        let kept = batch.num_rows().min(MOST_ROWS - self.rows).min(by_bytes);
        self.rows += kept;
        self.bytes = (self.bytes + bytes * kept / batch.num_rows()).min(MOST_BYTES);
        self.batches.push(batch.slice(0, kept));
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Number of rows that can be shown.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Number of rows that the statement returned.
    pub(super) fn seen(&self) -> usize {
        self.seen
    }

    /// At most the first `most` rows.
    pub(super) fn first(&self, most: usize) -> Vec<RecordBatch> {
        let mut room = most;
        let mut batches = Vec::new();
        for batch in &self.batches {
            let rows = batch.num_rows().min(room);
            if rows == 0 {
                break;
            }
            batches.push(batch.slice(0, rows));
            room -= rows;
        }
        batches
    }
}

/// Bytes of the rows themselves: a batch may be a small slice of large shared buffers.
fn bytes(batch: &RecordBatch) -> usize {
    let columns = batch.columns().iter();
    columns
        .map(|column| {
            let exact = column.to_data().get_slice_memory_size();
            exact.unwrap_or_else(|_| column.get_array_memory_size())
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array};

    use super::*;

    fn batch(rows: i64) -> RecordBatch {
        let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
        RecordBatch::try_from_iter([("n", column)]).unwrap()
    }

    #[test]
    fn rows_beyond_the_bound_are_counted_only() {
        let mut held = RetainedResult::new(batch(0).schema());
        held.push(&batch(999_999));
        held.push(&batch(10));
        held.push(&batch(10));
        assert_eq!((held.rows(), held.seen()), (1_000_000, 1_000_019));
    }

    #[test]
    fn the_first_rows_go_over_batches() {
        let mut held = RetainedResult::new(batch(0).schema());
        held.push(&batch(3));
        held.push(&batch(0));
        held.push(&batch(3));
        let sizes =
            |most| -> Vec<usize> { held.first(most).iter().map(RecordBatch::num_rows).collect() };
        assert_eq!(sizes(4), [3, 1]);
        assert_eq!(sizes(3), [3]);
        assert_eq!(sizes(100), [3, 3]);
    }
}
