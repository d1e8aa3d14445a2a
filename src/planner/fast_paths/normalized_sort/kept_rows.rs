//! Whether the rows of all partitions can be put together.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;

use super::collect::{CollectedRows, PartitionRows};
use super::sorted_rows::{fit_one_array, largest_column};

/// The partitions, or their streams if one of them gave up or memory for the gathered columns is short.
pub(super) fn kept_rows(
    collected: Vec<CollectedRows>,
    schema: &SchemaRef,
) -> Result<Vec<PartitionRows>, Vec<SendableRecordBatchStream>> {
    let is_kept = collected.iter().all(|part| match part {
        CollectedRows::Rows(rows) => {
            // Columns are put together one by one, and each leaves the batches then.
            let largest = largest_column(&rows.batches, schema);
            fit_one_array(&rows.batches, schema) && rows.reservation.try_grow(largest).is_ok()
        }
        CollectedRows::GaveUp(_) => false,
    });
    if is_kept {
        return Ok(collected
            .into_iter()
            .filter_map(|part| match part {
                CollectedRows::Rows(rows) => Some(rows),
                CollectedRows::GaveUp(_) => None,
            })
            .collect());
    }
    Err(collected
        .into_iter()
        .map(|part| match part {
            CollectedRows::Rows(rows) => rows.into_stream(Arc::clone(schema)),
            CollectedRows::GaveUp(stream) => stream,
        })
        .collect())
}

/// The rows of partitions as they came.
pub(super) fn streams(
    rows: Vec<PartitionRows>,
    schema: &SchemaRef,
) -> Vec<SendableRecordBatchStream> {
    rows.into_iter()
        .map(|rows| rows.into_stream(Arc::clone(schema)))
        .collect()
}
