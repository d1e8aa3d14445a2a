//! The aggregation of one input partition.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::buffer::BooleanBuffer;
use datafusion::common::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::metrics::BaselineMetrics;
use futures::StreamExt;

use super::groups::RangeGroups;
use super::plan::RangeAggregationPlan;
use crate::planner::fast_paths::dense_aggregate::BatchAggregator;
use crate::runtime::memory::resized;

/// The groups of a partition.
pub(super) struct PartitionStates {
    /// The places that occur, those of one combination after the other.
    pub(super) seen: BooleanBuffer,
    /// By coded key: its value in each combination.
    pub(super) combinations: Vec<ArrayRef>,
    /// By aggregate: the columns of its state, a row for each place.
    pub(super) states: Vec<Vec<ArrayRef>>,
    _reservation: MemoryReservation,
}

/// What became of a partition.
pub(super) enum PartitionOutcome {
    /// `None` without any row.
    Aggregated(Option<PartitionStates>),
    /// The stock operators have to start again.
    Refused,
}

/// Adds the rows of `input`.
///
/// # Errors
/// When the input fails, or an aggregate refuses a value.
pub(super) async fn aggregated(
    plan: Arc<RangeAggregationPlan>,
    mut input: SendableRecordBatchStream,
    reservation: MemoryReservation,
    metrics: BaselineMetrics,
) -> Result<PartitionOutcome> {
    let groups = RangeGroups::new(Arc::clone(&plan))?;
    let mut batches = BatchAggregator::new(Arc::clone(&plan.work), groups)?;
    while let Some(batch) = input.next().await {
        let batch = batch?;
        let _timer = metrics.elapsed_compute().timer();
        if !batches.take(&batch)? || !resized(&reservation, batches.size())? {
            return Ok(PartitionOutcome::Refused);
        }
    }
    if batches.rows() == 0 {
        return Ok(PartitionOutcome::Aggregated(None));
    }
    let _timer = metrics.elapsed_compute().timer();
    let (groups, states) = batches.finish()?;
    let (seen, combinations) = groups.finish()?;
    let columns = states.iter().flatten();
    let size: usize = columns.map(|column| column.get_array_memory_size()).sum();
    if !resized(&reservation, size + seen.inner().capacity())? {
        return Ok(PartitionOutcome::Refused);
    }
    Ok(PartitionOutcome::Aggregated(Some(PartitionStates {
        seen,
        combinations,
        states,
        _reservation: reservation,
    })))
}
