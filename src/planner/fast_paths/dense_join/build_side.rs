//! Collection of the build side, and analysis of its keys.

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use futures::TryStreamExt;

use super::build::{BuildSideSpec, DenseBuildSide};
use super::key_bounds::DenseKeyBounds;

/// The collected rows, by their keys.
#[derive(Debug)]
pub(super) enum CollectedBuildSide {
    /// All keys are NULL.
    Nothing,
    Dense(Box<DenseBuildSide>, DenseKeyBounds),
    /// Keys lie too far apart, or memory is short: the rows in input order.
    Sparse(Vec<RecordBatch>),
}

/// Collects the rows of `input`.
///
/// # Errors
/// When the input fails, or memory does not suffice for its rows.
pub(super) async fn collect(
    mut input: SendableRecordBatchStream,
    wanted: &BuildSideSpec,
    reservation: MemoryReservation,
) -> Result<CollectedBuildSide> {
    let mut batches = vec![];
    let mut keys: Vec<ArrayRef> = vec![];
    let mut counter = RecordBatchMemoryCounter::new();
    while let Some(batch) = input.try_next().await? {
        if batch.num_rows() > 0 {
            reservation.try_grow(counter.count_batch(&batch))?;
            keys.push(wanted.key.evaluate(&batch)?.into_array(batch.num_rows())?);
            batches.push(batch);
        }
    }
    // Frees the memory of the input before the index is built.
    drop(input);
    let Some(bounds) = DenseKeyBounds::from_keys(&keys)? else {
        return Ok(CollectedBuildSide::Nothing);
    };
    match DenseBuildSide::try_new(&keys, &batches, wanted, &bounds, &reservation) {
        Ok(Some(build)) => {
            drop((keys, batches));
            Ok(CollectedBuildSide::Dense(
                Box::new(build.holding(reservation)),
                bounds,
            ))
        }
        // The stock operator reserves memory for the rows itself.
        Ok(None) | Err(DataFusionError::ResourcesExhausted(_)) => {
            Ok(CollectedBuildSide::Sparse(batches))
        }
        Err(other) => Err(other),
    }
}
