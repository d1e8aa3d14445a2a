//! The aggregation of one partition.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::BaselineMetrics;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt, stream};

use super::batches::BatchAggregator;
use super::coded_groups::CodedGroups;
use super::states::{BYTES, PartialStateBatches};
use super::work::DenseAggregationPlan;
use crate::runtime::memory::resized;

/// Maximum number of groups that count as few.
const MANY: usize = 1 << 17;

/// Number of rows from which the number of groups can be estimated.
const TRIED: usize = 1 << 15;

/// The state of one partition.
pub(super) struct PartitionAggregator {
    work: Arc<DenseAggregationPlan>,
    batches: BatchAggregator<CodedGroups>,
    reservation: MemoryReservation,
    metrics: BaselineMetrics,
}

/// The result of consuming a batch.
#[derive(Debug, PartialEq, Eq)]
enum BatchOutcome {
    /// All of it is in the groups, and more can follow.
    Consumed,
    /// All of it is in the groups, which are too many now.
    ConsumedAndStop,
    /// Nothing of it is in the groups.
    Rejected,
}

impl PartitionAggregator {
    pub(super) fn new(
        work: Arc<DenseAggregationPlan>,
        reservation: MemoryReservation,
        metrics: BaselineMetrics,
    ) -> Result<Self> {
        let groups = CodedGroups::new(&work.keys)?;
        Ok(Self {
            batches: BatchAggregator::new(Arc::clone(&work), groups)?,
            work,
            reservation,
            metrics,
        })
    }

    /// Emits the states of all groups of `input`, a partition of `source`.
    pub(super) async fn all(
        mut self,
        mut input: SendableRecordBatchStream,
        source: Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let mut untaken = None;
        let mut is_done = true;
        while let Some(batch) = input.next().await {
            let batch = batch?;
            match self.take(&batch)? {
                BatchOutcome::Consumed => continue,
                BatchOutcome::ConsumedAndStop => {}
                BatchOutcome::Rejected => untaken = Some(Ok(batch)),
            }
            is_done = false;
            break;
        }
        // Grouping sets may have groups without any rows; the stock operator computes them.
        is_done &= self.work.sets.is_none() || self.batches.groups.len() > 0;
        let work = Arc::clone(&self.work);
        let schema = Arc::clone(&work.output);
        let part = context.session_config().batch_size() * BYTES;
        let states = stream::iter(self.states(part)?);
        if is_done {
            return Ok(Box::pin(RecordBatchStreamAdapter::new(schema, states)));
        }
        let rest =
            RecordBatchStreamAdapter::new(input.schema(), stream::iter(untaken).chain(input));
        let stock = work.of_the_rest(Box::pin(rest), &source)?;
        let rest = stock.execute(partition, context)?;
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            schema,
            states.chain(rest.into_stream()),
        )))
    }

    fn take(&mut self, batch: &RecordBatch) -> Result<BatchOutcome> {
        let elapsed = self.metrics.elapsed_compute().clone();
        let _timer = elapsed.timer();
        if !self.batches.take(batch)? {
            return Ok(BatchOutcome::Rejected);
        }
        let many = are_many(self.batches.groups.len(), self.batches.rows());
        Ok(
            if many || !resized(&self.reservation, self.batches.size())? {
                BatchOutcome::ConsumedAndStop
            } else {
                BatchOutcome::Consumed
            },
        )
    }

    /// The keys and states of all groups, about `part` bytes at a time.
    fn states(mut self, part: usize) -> Result<PartialStateBatches> {
        let groups = self.batches.groups.len();
        let keys = self.batches.groups.values()?;
        if self.batches.rows() == 0 && groups > 0 {
            self.batches.reach_the_only_group()?;
        }
        let BatchAggregator {
            aggregates, sums, ..
        } = self.batches;
        let aggregates = if groups > 0 { aggregates } else { vec![] };
        let told = (aggregates, sums.as_slice());
        PartialStateBatches::new(self.work, keys, groups, told, self.reservation, part)
    }
}

/// True if that many rows have more groups than [`MANY`] groups of equal size would show. Keys that are
/// new in nearly every row are found early, and some ten thousand groups have time to repeat.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn are_many(groups: usize, rows: usize) -> bool {
    let many = MANY as f64;
    let shown = -many * (-(rows as f64) / many).exp_m1();
    rows >= TRIED && groups as f64 > shown
}
