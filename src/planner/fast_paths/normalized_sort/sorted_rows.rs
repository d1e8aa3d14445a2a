//! Sorted rows, gathered batch by batch.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::compute::take_arrays;
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, stream};

use super::collect::PartitionRows;
use crate::planner::fast_paths::whole_columns::whole_column;

/// The longest texts of a column with 32-bit offsets, which no array may exceed.
const LONGEST: usize = i32::MAX as usize;

/// Whole columns, and the order in which their rows are wanted.
pub(super) struct SortedRows {
    schema: SchemaRef,
    columns: Vec<ArrayRef>,
    order: Vec<u32>,
    /// Holds the memory until the last batch is out.
    _reservation: Vec<MemoryReservation>,
}

/// True of types whose columns can be put together and gathered, however many rows there are.
pub(super) fn is_supported(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(keys, values) => {
            let is_wide = keys.primitive_width().is_some_and(|bytes| bytes >= 4);
            is_wide && !values.is_nested()
        }
        other => !other.is_nested(),
    }
}

/// True if the columns of `batches` fit into one array each.
pub(super) fn fit_one_array(batches: &[RecordBatch], schema: &SchemaRef) -> bool {
    let places = 0..schema.fields().len();
    places.into_iter().all(|place| {
        let length = |batch: &RecordBatch| {
            let column = batch.column(place);
            match column.data_type() {
                DataType::Utf8 => column.as_string::<i32>().values().len(),
                DataType::Binary => column.as_binary::<i32>().values().len(),
                _ => 0,
            }
        };
        batches.iter().map(length).sum::<usize>() <= LONGEST
    })
}

/// Bytes of the column that takes most of them.
pub(super) fn largest_column(batches: &[RecordBatch], schema: &SchemaRef) -> usize {
    let places = 0..schema.fields().len();
    let size = |place: usize| {
        let columns = batches.iter().map(|batch| batch.column(place));
        columns.map(|column| column.get_array_memory_size()).sum()
    };
    places.map(size).max().unwrap_or_default()
}

/// The columns of all batches, each in one array. Batches are let go column by column.
///
/// # Errors
/// When arrays do not fit together.
fn whole_columns(batches: Vec<RecordBatch>, schema: &SchemaRef) -> Result<Vec<ArrayRef>> {
    let mut by_column: Vec<Vec<ArrayRef>> =
        vec![Vec::with_capacity(batches.len()); schema.fields().len()];
    for batch in batches {
        for (column, arrays) in batch.columns().iter().zip(&mut by_column) {
            arrays.push(Arc::clone(column));
        }
    }
    let columns = by_column.into_iter().zip(schema.fields());
    columns
        .map(|(arrays, field)| {
            if arrays.is_empty() {
                return Ok(arrow::array::new_empty_array(field.data_type()));
            }
            let arrays: Vec<_> = arrays.iter().map(AsRef::as_ref).collect();
            whole_column(&arrays)
        })
        .collect()
}

/// The rows of partitions, numbered one partition behind the other, in their order.
///
/// # Errors
/// When arrays do not fit together.
pub(super) fn gathered(
    partitions: Vec<PartitionRows>,
    order: Vec<u32>,
    schema: SchemaRef,
) -> Result<SortedRows> {
    let (mut batches, mut reservation) = (vec![], vec![]);
    for rows in partitions {
        batches.extend(rows.batches);
        reservation.push(rows.reservation);
    }
    let columns = whole_columns(batches, &schema)?;
    Ok(SortedRows {
        schema,
        columns,
        order,
        _reservation: reservation,
    })
}

impl SortedRows {
    /// Batches of `batch_size` rows, up to `ahead` of which are gathered side by side.
    pub(super) fn stream(self, batch_size: usize, ahead: usize) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.schema);
        let rows = Arc::new(self);
        let starts = (0..rows.order.len()).step_by(batch_size.max(1));
        let batch = move |start: usize| {
            let rows = Arc::clone(&rows);
            async move {
                if ahead <= 1 {
                    return rows.batch(start, batch_size);
                }
                let task = SpawnedTask::spawn_blocking(move || rows.batch(start, batch_size));
                let joined = task.join_unwind().await;
                joined.map_err(|error| exec_datafusion_err!("rows were not gathered: {error}"))?
            }
        };
        let batches = stream::iter(starts).map(batch).buffered(ahead.max(1));
        Box::pin(RecordBatchStreamAdapter::new(schema, batches))
    }

    fn batch(&self, start: usize, batch_size: usize) -> Result<RecordBatch> {
        let end = (start + batch_size).min(self.order.len());
        let rows = &self.order[start..end];
        let indices = UInt32Array::from(rows.to_vec());
        let columns = take_arrays(&self.columns, &indices, None)?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns,
            &options,
        )?)
    }
}
