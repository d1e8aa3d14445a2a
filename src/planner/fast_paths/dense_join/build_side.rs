//! Collecting one side, and what its keys are like.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::common::{DataFusionError, Result, ScalarValue, internal_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, lit};
use datafusion::physical_plan::PhysicalExpr;
use futures::TryStreamExt;

use super::build::Build;
use super::keys::{Key, with_keys};

/// What a side has to be collected for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) key: Arc<dyn PhysicalExpr>,
    /// The columns that are shown.
    pub(super) columns: Vec<usize>,
    /// Whether it matters which rows have a key, and not only that there is one.
    pub(super) rows: bool,
}

/// What became of the rows.
#[derive(Debug)]
pub(super) enum Collected {
    /// None has a key.
    Nothing,
    Dense(Box<Build>, Bounds),
    /// Keys lie too far apart, or memory is short: the rows as they came.
    Sparse(Vec<RecordBatch>),
}

/// The lowest and the highest key.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    lowest: ScalarValue,
    highest: ScalarValue,
    /// The bits of the lowest key.
    pub(super) from: u64,
    /// The highest minus the lowest.
    pub(super) range: u64,
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

impl Bounds {
    /// `None` where all keys are NULL.
    fn of(keys: &[ArrayRef]) -> Result<Option<Self>> {
        let Some(first) = keys.first() else {
            return Ok(None);
        };
        with_keys!(
            first,
            |_array: Type| {
                let mut ends = None;
                for keys in keys {
                    let keys = arrow::array::AsArray::as_primitive::<Type>(keys);
                    let (low, high) = (arrow::compute::min(keys), arrow::compute::max(keys));
                    if let Some((low, high)) = low.zip(high) {
                        let (lowest, highest) = ends.unwrap_or((low, high));
                        ends = Some((low.min(lowest), high.max(highest)));
                    }
                }
                let scalar = |key| ScalarValue::new_primitive::<Type>(Some(key), first.data_type());
                ends.map(|(lowest, highest)| {
                    Ok(Self {
                        lowest: scalar(lowest)?,
                        highest: scalar(highest)?,
                        from: lowest.bits(),
                        range: highest.bits().wrapping_sub(lowest.bits()),
                    })
                })
                .transpose()
            },
            internal_err!("{} is no key of a dense join", first.data_type())
        )
    }

    /// That `key` is within.
    pub(super) fn condition(&self, key: &Arc<dyn PhysicalExpr>) -> Arc<dyn PhysicalExpr> {
        let compare = |operator, end: &ScalarValue| -> Arc<dyn PhysicalExpr> {
            Arc::new(BinaryExpr::new(Arc::clone(key), operator, lit(end.clone())))
        };
        Arc::new(BinaryExpr::new(
            compare(Operator::GtEq, &self.lowest),
            Operator::And,
            compare(Operator::LtEq, &self.highest),
        ))
    }
}
