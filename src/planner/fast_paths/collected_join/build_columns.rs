//! The columns of the collected side.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array, new_null_array};
use arrow::compute::take;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;

use super::output_columns::JoinOutputColumn;
use crate::planner::fast_paths::whole_columns::whole_column;

/// These columns of `batches`, as one array each.
///
/// # Errors
/// When there are no batches, or memory does not suffice.
pub(in crate::planner::fast_paths) fn collected_columns(
    batches: &[RecordBatch],
    columns: &[usize],
    reservation: &MemoryReservation,
) -> Result<Vec<ArrayRef>> {
    let columns = columns.iter().map(|&column| {
        let parts: Vec<&dyn Array> = batches.iter().map(|b| b.column(column).as_ref()).collect();
        reservation.try_grow(parts.iter().map(|part| part.get_buffer_memory_size()).sum())?;
        whole_column(&parts)
    });
    columns.collect()
}

/// Build rows that are given at the end, with NULL for the columns of the probe side.
///
/// # Errors
/// When the columns cannot be built.
pub(in crate::planner::fast_paths) fn batch_of_build_rows(
    rows: Vec<u32>,
    shown: &[JoinOutputColumn],
    columns: &[ArrayRef],
    schema: &SchemaRef,
) -> Result<RecordBatch> {
    let rows = UInt32Array::from(rows);
    let shown = shown.iter().zip(schema.fields()).map(|(shown, field)| {
        Ok(match shown {
            JoinOutputColumn::Probe(_) => new_null_array(field.data_type(), rows.len()),
            JoinOutputColumn::Build(column) => take(&columns[*column], &rows, None)?,
        })
    });
    batch_of_rows(schema, shown.collect::<Result<_>>()?, rows.len())
}

/// A batch of so many rows, which may have no columns.
///
/// # Errors
/// When the columns do not fit the schema.
pub(in crate::planner::fast_paths) fn batch_of_rows(
    schema: &SchemaRef,
    columns: Vec<ArrayRef>,
    rows: usize,
) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let schema = Arc::clone(schema);
    Ok(RecordBatch::try_new_with_options(
        schema, columns, &options,
    )?)
}
