//! The aggregation of one partition.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::buffer::BooleanBuffer;
use arrow::record_batch::RecordBatch;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::BaselineMetrics;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt, stream};

use super::aggregates::{AggregateInputEvaluator, GroupedAggregate, passing};
use super::groups::DenseGroupTable;
use super::keys::KeyExprEncoder;
use super::selection::{FilterEvaluator, rows_of};
use super::states::{BYTES, PartialStateBatches};
use super::sums::SharedSumAccumulator;
use super::work::DenseAggregationPlan;

/// Maximum number of groups that count as few.
const MANY: usize = 1 << 17;

/// Number of rows from which the number of groups can be estimated.
const TRIED: usize = 1 << 15;

/// A filter that retains fewer than one row in this many is applied by copying the retained rows.
const SELECTIVE: usize = 2;

/// The state of one partition.
pub(super) struct PartitionAggregator {
    work: Arc<DenseAggregationPlan>,
    selection: FilterEvaluator,
    keys: Vec<KeyExprEncoder>,
    codes: Vec<Vec<u32>>,
    groups: DenseGroupTable,
    numbers: Vec<usize>,
    evaluated: AggregateInputEvaluator,
    aggregates: Vec<GroupedAggregate>,
    sums: Vec<SharedSumAccumulator>,
    /// Number of rows that passed the filter.
    rows: usize,
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

type InputsAndKeyCodes = (Vec<ArrayRef>, Vec<Vec<u32>>);

impl PartitionAggregator {
    pub(super) fn new(
        work: Arc<DenseAggregationPlan>,
        reservation: MemoryReservation,
        metrics: BaselineMetrics,
    ) -> Result<Self> {
        let keys = work
            .keys
            .iter()
            .map(KeyExprEncoder::new)
            .collect::<Result<Vec<_>>>()?;
        let aggregates = work
            .calls
            .iter()
            .map(GroupedAggregate::new)
            .collect::<Result<_>>()?;
        Ok(Self {
            selection: FilterEvaluator::new(&work.conditions),
            codes: vec![vec![]; keys.len()],
            groups: DenseGroupTable::new(keys.len()),
            keys,
            numbers: vec![],
            evaluated: AggregateInputEvaluator::new(&work.expressions),
            aggregates,
            sums: work.sums.iter().map(SharedSumAccumulator::new).collect(),
            rows: 0,
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
        is_done &= self.work.sets.is_none() || self.groups.len() > 0;
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
        // Here predicates are evaluated for every row. The stock filter may skip the later ones for
        // rows that an earlier one drops, so it decides whether the query fails.
        let Ok(selected) = self.selection.select_rows(batch) else {
            return Ok(BatchOutcome::Rejected);
        };
        let passed = selected
            .as_ref()
            .map_or_else(|| batch.num_rows(), BooleanBuffer::count_set_bits);
        if passed == 0 {
            return Ok(BatchOutcome::Consumed);
        }
        let kept = batch.project(&self.work.kept)?;
        let few = passed * SELECTIVE < batch.num_rows();
        let (kept, selected) = match selected {
            Some(selected) if few => (rows_of(&kept, &selected)?, None),
            selected => (kept, selected),
        };
        let (rows, columns, selected) = match (self.columns(&kept), selected) {
            // The failure may come from a row that does not pass the filter.
            (Err(_), Some(selected)) => {
                let kept = rows_of(&kept, &selected)?;
                (kept.num_rows(), self.columns(&kept), None)
            }
            (columns, selected) => (kept.num_rows(), columns, selected),
        };
        // Or from one that a FILTER drops, which the stock operator decides.
        let Ok(columns) = columns else {
            return Ok(BatchOutcome::Rejected);
        };
        self.add(rows, columns, selected.as_ref(), passed)
    }

    /// The inputs of aggregates, and the codes of the keys.
    fn columns(&mut self, batch: &RecordBatch) -> Result<InputsAndKeyCodes> {
        let evaluated = self.evaluated.evaluate(batch)?;
        let mut codes = std::mem::take(&mut self.codes);
        codes.resize(self.keys.len(), vec![]);
        for (key, codes) in self.keys.iter_mut().zip(&mut codes) {
            key.encode(batch, codes)?;
        }
        Ok((evaluated, codes))
    }

    fn add(
        &mut self,
        rows: usize,
        (evaluated, codes): InputsAndKeyCodes,
        selected: Option<&BooleanBuffer>,
        passed: usize,
    ) -> Result<BatchOutcome> {
        let distinct: Vec<usize> = self.keys.iter().map(|key| key.coder.len()).collect();
        let fits = self
            .groups
            .number(&codes, &distinct, selected, rows, &mut self.numbers);
        self.codes = codes;
        if !fits {
            return Ok(BatchOutcome::Rejected);
        }
        let total = self.groups.len() + 1;
        for aggregate in &mut self.aggregates {
            aggregate.update(&evaluated, &self.numbers, selected, total)?;
        }
        for sums in &mut self.sums {
            let filter = passing(&evaluated, sums.summed.filter)?;
            let column = &evaluated[sums.summed.argument];
            sums.update(column, filter, &self.numbers, total)?;
        }
        self.rows += passed;
        Ok(
            if are_many(self.groups.len(), self.rows) || !self.account()? {
                BatchOutcome::ConsumedAndStop
            } else {
                BatchOutcome::Consumed
            },
        )
    }

    /// False if the memory pool has no room for the groups.
    fn account(&mut self) -> Result<bool> {
        let keys: usize = self.keys.iter().map(|key| key.coder.size()).sum();
        let aggregates: usize = self.aggregates.iter().map(GroupedAggregate::size).sum();
        let sums: usize = self.sums.iter().map(SharedSumAccumulator::size).sum();
        match self
            .reservation
            .try_resize(keys + aggregates + sums + self.groups.size())
        {
            Ok(()) => Ok(true),
            Err(DataFusionError::ResourcesExhausted(_)) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// The keys and states of all groups, about `part` bytes at a time.
    fn states(mut self, part: usize) -> Result<PartialStateBatches> {
        let groups = self.groups.len();
        let keys = self.keys.iter().enumerate();
        let keys: Vec<ArrayRef> = keys
            .map(|(position, key)| key.coder.values(self.groups.codes(position)))
            .collect::<Result<_>>()?;
        if self.rows == 0 && groups > 0 {
            self.reach_the_only_group()?;
        }
        let aggregates = if groups > 0 { self.aggregates } else { vec![] };
        let told = (aggregates, self.sums.as_slice());
        PartialStateBatches::new(self.work, keys, groups, told, self.reservation, part)
    }

    /// Without keys there is a group even if there are no rows.
    fn reach_the_only_group(&mut self) -> Result<()> {
        let nothing = RecordBatch::new_empty(Arc::clone(&self.work.kept_schema));
        let nothing = self.evaluated.evaluate(&nothing)?;
        for aggregate in &mut self.aggregates {
            aggregate.reach(&nothing)?;
        }
        for sums in &mut self.sums {
            sums.update(&nothing[sums.summed.argument], None, &[], 2)?;
        }
        Ok(())
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
