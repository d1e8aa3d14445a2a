//! The rows of one partition, kept until the last one has come.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_expr::LexOrdering;
use datafusion::physical_plan::spill::get_record_batch_memory_size;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt, stream};

use super::key_column::KeyColumn;

/// Bytes of a row beside its columns: the packed integer and its place in the order.
const ROW_BYTES: usize = 20;
/// Bytes of a key in a row.
const KEY_BYTES: usize = 8;

/// All rows of a partition with their keys.
pub(super) struct PartitionRows {
    pub(super) batches: Vec<RecordBatch>,
    pub(super) keys: Vec<KeyColumn>,
    rows: usize,
    pub(super) reservation: MemoryReservation,
}

/// The result of reading a partition.
pub(super) enum CollectedRows {
    Rows(PartitionRows),
    /// All rows in their order, since they cannot be kept or packed.
    GaveUp(SendableRecordBatchStream),
}

impl PartitionRows {
    pub(super) const fn len(&self) -> usize {
        self.rows
    }

    /// The rows as they came.
    pub(super) fn into_stream(self, schema: SchemaRef) -> SendableRecordBatchStream {
        let batches = stream::iter(self.batches.into_iter().map(Ok));
        Box::pin(RecordBatchStreamAdapter::new(schema, batches))
    }
}

/// Reads `input` to its end, unless it or another partition gives up.
///
/// # Errors
/// Those of `input`, and when a key cannot be evaluated.
pub(super) async fn collect(
    mut input: SendableRecordBatchStream,
    ordering: LexOrdering,
    reservation: MemoryReservation,
    gives_up: Arc<AtomicBool>,
) -> Result<CollectedRows> {
    let schema = input.schema();
    let mut rows = PartitionRows {
        batches: vec![],
        keys: ordering
            .iter()
            .map(|key| Ok(KeyColumn::new(&key.expr.data_type(&schema)?, key.options)))
            .collect::<Result<_>>()?,
        rows: 0,
        reservation,
    };
    while let Some(batch) = input.try_next().await? {
        let is_kept = !gives_up.load(Ordering::Relaxed) && rows.push(&batch, &ordering)?;
        if !is_kept {
            gives_up.store(true, Ordering::Relaxed);
            rows.batches.push(batch);
            let rest = rows.into_stream(Arc::clone(&schema)).chain(input);
            let rest = RecordBatchStreamAdapter::new(schema, rest);
            return Ok(CollectedRows::GaveUp(Box::pin(rest)));
        }
        rows.batches.push(batch);
    }
    Ok(CollectedRows::Rows(rows))
}

impl PartitionRows {
    /// Adds the keys of a batch; false if it cannot be kept.
    fn push(&mut self, batch: &RecordBatch, ordering: &LexOrdering) -> Result<bool> {
        let of_row = ROW_BYTES + KEY_BYTES * self.keys.len();
        let size = get_record_batch_memory_size(batch) + of_row * batch.num_rows();
        if self.reservation.try_grow(size).is_err() {
            return Ok(false);
        }
        for (key, column) in ordering.iter().zip(&mut self.keys) {
            let values = key.expr.evaluate(batch)?.into_array(batch.num_rows())?;
            if !column.push(&values)? {
                return Ok(false);
            }
        }
        self.rows += batch.num_rows();
        Ok(true)
    }
}
