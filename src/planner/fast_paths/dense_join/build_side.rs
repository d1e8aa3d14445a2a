//! Collecting one side, and what its keys are like.

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use futures::TryStreamExt;

use super::build::{Build, Wanted};
use super::key_bounds::Bounds;

/// What became of the rows.
#[derive(Debug)]
pub(super) enum Collected {
    /// None has a key.
    Nothing,
    Dense(Box<Build>, Bounds),
    /// Keys lie too far apart, or memory is short: the rows as they came.
    Sparse(Vec<RecordBatch>),
}

/// Collects the rows of `input`.
///
/// # Errors
/// When the input fails, or memory does not suffice for its rows.
pub(super) async fn collect(
    mut input: SendableRecordBatchStream,
    wanted: &Wanted,
    reservation: MemoryReservation,
) -> Result<Collected> {
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
    let Some(bounds) = Bounds::of(&keys)? else {
        return Ok(Collected::Nothing);
    };
    match Build::of(&keys, &batches, wanted, &bounds, &reservation) {
        Ok(Some(build)) => {
            drop((keys, batches));
            Ok(Collected::Dense(
                Box::new(build.holding(reservation)),
                bounds,
            ))
        }
        // The stock operator accounts for the rows by itself.
        Ok(None) | Err(DataFusionError::ResourcesExhausted(_)) => Ok(Collected::Sparse(batches)),
        Err(other) => Err(other),
    }
}
