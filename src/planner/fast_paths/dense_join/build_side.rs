//! Collection of the build side, and analysis of its keys.

use arrow::array::{Array, ArrayRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_expr::expressions::Column;
use futures::TryStreamExt;

use super::build::{BuildSideSpec, DenseBuildSide};
use super::combined_keys::CombinedKeys;

/// The collected rows, by their keys.
#[derive(Debug)]
pub(super) enum CollectedBuildSide {
    /// Each row has a key that is NULL.
    Nothing(Vec<RecordBatch>),
    Dense(Box<DenseBuildSide>),
    /// Keys lie too far apart, or memory is short: the rows in input order.
    Sparse(Vec<RecordBatch>),
}

/// Collects the rows of `input`, for so many `partitions` of the probe side.
///
/// # Errors
/// When the input fails, or memory does not suffice for its rows.
pub(super) async fn collect(
    mut input: SendableRecordBatchStream,
    wanted: &BuildSideSpec,
    partitions: usize,
    reservation: MemoryReservation,
) -> Result<CollectedBuildSide> {
    let mut batches = vec![];
    let mut keys: Vec<Vec<ArrayRef>> = vec![vec![]; wanted.keys.len()];
    let mut counter = RecordBatchMemoryCounter::new();
    while let Some(batch) = input.try_next().await? {
        if batch.num_rows() > 0 {
            reservation.try_grow(counter.count_batch(&batch))?;
            for (key, parts) in wanted.keys.iter().zip(&mut keys) {
                parts.push(key.evaluate(&batch)?.into_array(batch.num_rows())?);
            }
            batches.push(batch);
        }
    }
    // Frees the memory of the input before the index is built.
    drop(input);
    if batches.is_empty() {
        return Ok(CollectedBuildSide::Nothing(batches));
    }
    match dense(keys, &batches, wanted, partitions, &reservation) {
        Ok(Some(build)) if build.distinct == 0 => Ok(CollectedBuildSide::Nothing(batches)),
        Ok(Some(build)) => {
            drop(batches);
            Ok(CollectedBuildSide::Dense(Box::new(
                build.holding(reservation),
            )))
        }
        // The stock operator reserves memory for the rows itself.
        Ok(None) | Err(DataFusionError::ResourcesExhausted(_)) => {
            Ok(CollectedBuildSide::Sparse(batches))
        }
        Err(other) => Err(other),
    }
}

/// The rows of `batches` by their `keys`; `None` if these lie too far apart.
fn dense(
    keys: Vec<Vec<ArrayRef>>,
    batches: &[RecordBatch],
    wanted: &BuildSideSpec,
    partitions: usize,
    reservation: &MemoryReservation,
) -> Result<Option<DenseBuildSide>> {
    // Keys that are columns are counted with the rows.
    let computed = wanted
        .keys
        .iter()
        .zip(&keys)
        .filter(|(key, _)| !key.is::<Column>());
    let arrays = computed.flat_map(|(_, parts)| parts);
    reservation.try_grow(arrays.map(Array::get_array_memory_size).sum())?;
    let Some(combined) = CombinedKeys::try_new(&keys, wanted.null_equality, reservation)? else {
        return Ok(None);
    };
    if combined.has_digits() {
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        reservation.try_grow(rows * size_of::<u64>())?;
    }
    let mut parts: Vec<_> = keys.into_iter().map(Vec::into_iter).collect();
    let numbers = batches.iter().map(|_| {
        let keys = parts.iter_mut().filter_map(Iterator::next).collect();
        combined.numbers(keys)
    });
    let numbers = numbers.collect::<Result<Vec<ArrayRef>>>()?;
    DenseBuildSide::try_new(&numbers, batches, wanted, combined, partitions, reservation)
}
