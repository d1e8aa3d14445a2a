//! Batches of rows into the states of their groups, however these are numbered.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::buffer::BooleanBuffer;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::aggregates::{AggregateInputEvaluator, GroupedAggregate, passing};
use super::selection::{FilterEvaluator, rows_of};
use super::sums::SharedSumAccumulator;
use super::work::DenseAggregationPlan;

/// A filter that retains fewer than one row in this many is applied by copying the retained rows.
const SELECTIVE: usize = 2;

/// Numbers the groups of rows.
pub(crate) trait GroupNumbering: Send {
    /// Evaluates the keys of a batch.
    ///
    /// # Errors
    /// When a key cannot be evaluated.
    fn encode(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Writes the group of each row of that batch to `numbers`, 0 for rows that are not `selected`. False, with no group
    /// added, if there are too many.
    fn number(
        &mut self,
        selected: Option<&BooleanBuffer>,
        rows: usize,
        numbers: &mut Vec<usize>,
    ) -> bool;

    /// One more than the highest number so far.
    fn total(&self) -> usize;

    /// Number of bytes in memory.
    fn size(&self) -> usize;
}

/// The aggregates of all groups of a partition. The first group is that of the rows that do not pass the filter.
pub(crate) struct BatchAggregator<N> {
    work: Arc<DenseAggregationPlan>,
    selection: FilterEvaluator,
    pub(super) groups: N,
    numbers: Vec<usize>,
    evaluated: AggregateInputEvaluator,
    pub(super) aggregates: Vec<GroupedAggregate>,
    pub(super) sums: Vec<SharedSumAccumulator>,
    /// Number of rows that passed the filter.
    rows: usize,
}

impl<N: GroupNumbering> BatchAggregator<N> {
    /// # Errors
    /// When a function has no accumulator.
    pub(crate) fn new(work: Arc<DenseAggregationPlan>, groups: N) -> Result<Self> {
        let aggregates = work.calls.iter().map(GroupedAggregate::new);
        Ok(Self {
            selection: FilterEvaluator::new(&work.conditions),
            groups,
            numbers: vec![],
            evaluated: AggregateInputEvaluator::new(&work.expressions),
            aggregates: aggregates.collect::<Result<_>>()?,
            sums: work.sums.iter().map(SharedSumAccumulator::new).collect(),
            rows: 0,
            work,
        })
    }

    /// Number of rows that passed the filter.
    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a batch. False, with nothing added, if the stock operator has to decide: an expression fails for some row, or
    /// the groups are too many.
    ///
    /// # Errors
    /// When an aggregate refuses a value.
    pub(crate) fn take(&mut self, batch: &RecordBatch) -> Result<bool> {
        // Here predicates are evaluated for every row. The stock filter may skip the later ones for
        // rows that an earlier one drops, so it decides whether the query fails.
        let Ok(selected) = self.selection.select_rows(batch) else {
            return Ok(false);
        };
        let passed = selected
            .as_ref()
            .map_or_else(|| batch.num_rows(), BooleanBuffer::count_set_bits);
        if passed == 0 {
            return Ok(true);
        }
        let kept = batch.project(&self.work.kept)?;
        let few = passed * SELECTIVE < batch.num_rows();
        let (kept, selected) = match selected {
            Some(selected) if few => (rows_of(&kept, &selected)?, None),
            selected => (kept, selected),
        };
        let (rows, inputs, selected) = match (self.inputs(&kept), selected) {
            // The failure may come from a row that does not pass the filter.
            (Err(_), Some(selected)) => {
                let kept = rows_of(&kept, &selected)?;
                (kept.num_rows(), self.inputs(&kept), None)
            }
            (inputs, selected) => (kept.num_rows(), inputs, selected),
        };
        // Or from one that a FILTER drops, which the stock operator decides.
        let Ok(inputs) = inputs else {
            return Ok(false);
        };
        self.add(rows, &inputs, selected.as_ref(), passed)
    }

    /// The inputs of aggregates; the keys are evaluated too.
    fn inputs(&mut self, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        let evaluated = self.evaluated.evaluate(batch)?;
        self.groups.encode(batch)?;
        Ok(evaluated)
    }

    fn add(
        &mut self,
        rows: usize,
        inputs: &[ArrayRef],
        selected: Option<&BooleanBuffer>,
        passed: usize,
    ) -> Result<bool> {
        if !self.groups.number(selected, rows, &mut self.numbers) {
            return Ok(false);
        }
        let total = self.groups.total();
        for aggregate in &mut self.aggregates {
            aggregate.update(inputs, &self.numbers, selected, total)?;
        }
        for sums in &mut self.sums {
            let filter = passing(inputs, sums.summed.filter)?;
            let column = &inputs[sums.summed.argument];
            sums.update(column, filter, &self.numbers, total)?;
        }
        self.rows += passed;
        Ok(true)
    }

    /// Without keys there is a group even if there are no rows.
    ///
    /// # Errors
    /// When a function refuses NULLs.
    pub(super) fn reach_the_only_group(&mut self) -> Result<()> {
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

    /// Number of bytes in memory.
    pub(crate) fn size(&self) -> usize {
        let aggregates: usize = self.aggregates.iter().map(GroupedAggregate::size).sum();
        let sums: usize = self.sums.iter().map(SharedSumAccumulator::size).sum();
        self.groups.size() + aggregates + sums
    }

    /// The groups, and the states of each aggregate for them, without the first group.
    ///
    /// # Errors
    /// When a state cannot be written.
    pub(crate) fn finish(mut self) -> Result<(N, Vec<Vec<ArrayRef>>)> {
        let aggregates = self.aggregates.iter_mut();
        let states = aggregates.map(|aggregate| aggregate.states(&self.sums));
        let states = states.collect::<Result<_>>()?;
        Ok((self.groups, states))
    }
}
