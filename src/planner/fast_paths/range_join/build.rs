//! The collected side.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, new_empty_array};
use arrow::record_batch::RecordBatch;
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::ExecutionPlan;
use futures::TryStreamExt;

use super::candidates::{SortedBounds, SortedRanges};
use super::conditions::RangeBound;
use super::spec::RangeJoinSpec;
use crate::functions::kernels::ordered_integers::ordered;
use crate::planner::fast_paths::collected_join::{BuildOutput, VisitedKeys, collected_columns};

/// The rows of the build side, by their ranges.
#[derive(Debug)]
pub(super) struct RangeBuildSide {
    pub(super) ranges: SortedRanges,
    /// The needed columns.
    pub(super) columns: Vec<ArrayRef>,
    /// Number of rows.
    pub(super) total: usize,
    /// Those with a match, where the join gives rows by them.
    pub(super) visited: Option<VisitedKeys>,
    _reservation: MemoryReservation,
}

/// What was collected.
pub(super) enum CollectedRanges {
    Sorted(Box<RangeBuildSide>),
    /// Memory is short, or values are too large: the rows in input order.
    Unsorted(Vec<RecordBatch>),
    /// Memory is short for the rows themselves.
    TooMany,
}

/// The result of collecting the build side.
pub(super) enum RangeOutcome {
    Sorted(Box<RangeBuildSide>),
    /// The stock operator over the collected rows.
    Stock(Arc<dyn ExecutionPlan>),
}

/// Collects the rows of `input`, for so many `partitions` of the probe side.
///
/// # Errors
/// When the input or an expression fails.
pub(super) async fn collect(
    mut input: SendableRecordBatchStream,
    spec: &RangeJoinSpec,
    partitions: usize,
    reservation: MemoryReservation,
) -> Result<CollectedRanges> {
    let mut batches = vec![];
    let mut counter = RecordBatchMemoryCounter::new();
    while let Some(batch) = input.try_next().await? {
        if batch.num_rows() > 0 {
            if reservation.try_grow(counter.count_batch(&batch)).is_err() {
                return Ok(CollectedRanges::TooMany);
            }
            batches.push(batch);
        }
    }
    drop(input);
    match sorted(&batches, spec, partitions, &reservation) {
        Ok(Some((ranges, columns, visited))) => {
            Ok(CollectedRanges::Sorted(Box::new(RangeBuildSide {
                ranges,
                columns,
                total: batches.iter().map(RecordBatch::num_rows).sum(),
                visited,
                _reservation: reservation,
            })))
        }
        Ok(None) | Err(DataFusionError::ResourcesExhausted(_)) => {
            Ok(CollectedRanges::Unsorted(batches))
        }
        Err(other) => Err(other),
    }
}

type SortedColumns = (SortedRanges, Vec<ArrayRef>, Option<VisitedKeys>);

/// The rows of `batches` by their ranges; `None` of values that are too large.
fn sorted(
    batches: &[RecordBatch],
    spec: &RangeJoinSpec,
    partitions: usize,
    reservation: &MemoryReservation,
) -> Result<Option<SortedColumns>> {
    let total: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let Ok(count) = u32::try_from(total) else {
        return Ok(None);
    };
    reservation.try_grow(SortedRanges::size(total))?;
    let mut is_known = vec![true; total];
    let mut bounds = |bound: &Option<RangeBound>| match bound {
        None => Ok(Some(None)),
        Some(bound) => bounds_of(bound, batches, &mut is_known).map(|it| it.map(Some)),
    };
    let (Some(starts), Some(ends)) = (bounds(&spec.start)?, bounds(&spec.end)?) else {
        return Ok(None);
    };
    let rows = (0..count).filter(|&row| is_known[row as usize]).collect();
    let visited = (spec.kind.build != BuildOutput::Nothing)
        .then(|| VisitedKeys::new(total, total, partitions));
    reservation.try_grow(visited.as_ref().map_or(0, VisitedKeys::size))?;
    // A side without rows has no parts to put together.
    let columns = if total == 0 {
        spec.collected_types.iter().map(new_empty_array).collect()
    } else {
        collected_columns(batches, &spec.collected, reservation)?
    };
    Ok(Some((
        SortedRanges::new(starts, ends, rows),
        columns,
        visited,
    )))
}

/// The values of a bound; `None` if one is too large. Rows without a value are no longer known.
fn bounds_of(
    bound: &RangeBound,
    batches: &[RecordBatch],
    is_known: &mut [bool],
) -> Result<Option<SortedBounds>> {
    let mut values = Vec::with_capacity(is_known.len());
    for batch in batches {
        let column = bound.build.evaluate(batch)?.into_array(batch.num_rows())?;
        let Some(integers) = ordered(&column)? else {
            return Ok(None);
        };
        if column.null_count() > 0 {
            let known = &mut is_known[values.len()..];
            for (row, known) in known.iter_mut().take(column.len()).enumerate() {
                *known &= column.is_valid(row);
            }
        }
        values.extend(integers);
    }
    Ok(Some(SortedBounds {
        values,
        is_strict: bound.is_strict,
    }))
}
