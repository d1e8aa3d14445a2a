//! The keys and states of all groups as batches, each made on demand.
//!
//! The state of an aggregate can be large, for example all values of a group. States are emitted some
//! groups at a time and then dropped, so that they are not in memory twice.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::Schema;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::aggregates::evaluate_group_by;

use super::aggregates::GroupedAggregate;
use super::sums::SharedSumAccumulator;
use super::work::DenseAggregationPlan;

/// Number of bytes of states that are emitted at a time, for each row of a batch.
pub(super) const BYTES: usize = 1 << 9;

/// Batches of keys and states.
pub(super) struct PartialStateBatches {
    work: Arc<DenseAggregationPlan>,
    keys: Vec<ArrayRef>,
    groups: usize,
    told: usize,
    /// Number of groups that are emitted at a time.
    step: usize,
    states: Vec<EmittedState>,
    /// Batches of the last groups, for the grouping sets that follow the first.
    ready: std::vec::IntoIter<RecordBatch>,
    reservation: MemoryReservation,
}

/// The states of one aggregate.
enum EmittedState {
    Materialized(Vec<ArrayRef>),
    /// The states of the groups that are not emitted yet.
    Incremental(Box<GroupedAggregate>),
}

impl PartialStateBatches {
    /// The states of `aggregates` and of the sums that they share, with the keys of `groups` groups,
    /// about `part` bytes at a time. The first group of the aggregates holds the discarded rows and is
    /// not counted.
    ///
    /// # Errors
    /// When a state cannot be written.
    pub(super) fn new(
        work: Arc<DenseAggregationPlan>,
        keys: Vec<ArrayRef>,
        groups: usize,
        (aggregates, sums): (Vec<GroupedAggregate>, &[SharedSumAccumulator]),
        reservation: MemoryReservation,
        part: usize,
    ) -> Result<Self> {
        let bytes: usize = aggregates.iter().map(GroupedAggregate::size).sum();
        let step = groups.div_ceil(bytes.div_ceil(part).max(1)).max(1);
        let each = part / aggregates.len().max(1);
        let states = aggregates.into_iter().map(|mut aggregate| {
            if groups == 0 || step == groups || aggregate.size() < each || aggregate.counts() {
                return Ok(EmittedState::Materialized(aggregate.states(sums)?));
            }
            aggregate.forget_discarded()?;
            Ok(EmittedState::Incremental(Box::new(aggregate)))
        });
        Ok(Self {
            states: states.collect::<Result<_>>()?,
            work,
            keys,
            groups,
            told: 0,
            step,
            ready: vec![].into_iter(),
            reservation,
        })
    }

    /// A batch of the next groups, or one for each grouping set. The states of a set are those of all
    /// keys, since the final stage merges equal keys.
    fn make(&mut self) -> Result<Vec<RecordBatch>> {
        let rows = self.step.min(self.groups - self.told);
        let keys: Vec<ArrayRef> = self.keys.iter().map(|k| k.slice(self.told, rows)).collect();
        let mut states = vec![];
        for told in &mut self.states {
            match told {
                EmittedState::Materialized(all) => {
                    states.extend(all.iter().map(|s| s.slice(self.told, rows)));
                }
                EmittedState::Incremental(aggregate) => states.extend(aggregate.next_states(rows)?),
            }
        }
        self.told += rows;
        let rest = self.states.iter().map(|told| match told {
            EmittedState::Materialized(_) => 0,
            EmittedState::Incremental(aggregate) => aggregate.size(),
        });
        self.reservation.resize(rest.sum());
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = |mut columns: Vec<ArrayRef>| {
            columns.extend(states.iter().cloned());
            let output = Arc::clone(&self.work.output);
            Ok(RecordBatch::try_new_with_options(
                output, columns, &options,
            )?)
        };
        match &self.work.sets {
            None => Ok(vec![batch(keys)?]),
            Some(sets) => {
                let fields = &self.work.output.fields()[..keys.len()];
                let schema = Arc::new(Schema::new(fields.to_vec()));
                let keys = RecordBatch::try_new(schema, keys)?;
                let sets = evaluate_group_by(sets, &keys)?;
                sets.into_iter().map(batch).collect()
            }
        }
    }
}

impl Iterator for PartialStateBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(batch) = self.ready.next() {
            return Some(Ok(batch));
        }
        if self.told == self.groups {
            return None;
        }
        match self.make() {
            Ok(batches) => self.ready = batches.into_iter(),
            Err(error) => {
                self.told = self.groups;
                return Some(Err(error));
            }
        }
        self.ready.next().map(Ok)
    }
}
