//! Collecting one side, and what its keys are like.

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use futures::TryStreamExt;

use super::build::{BuildSideSpec, DenseBuildSide};
use super::key_bounds::DenseKeyBounds;

/// What became of the rows.
#[derive(Debug)]
pub(super) enum CollectedBuildSide {
    /// None has a key.
    Nothing,
    Dense(Box<DenseBuildSide>, DenseKeyBounds),
    /// Keys lie too far apart, or memory is short: the rows as they came.
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
    // Whatever it holds is free for what comes.
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
        // The stock operator accounts for the rows by itself.
        Ok(None) | Err(DataFusionError::ResourcesExhausted(_)) => {
            Ok(CollectedBuildSide::Sparse(batches))
        }
        Err(other) => Err(other),
    }
}
