//! The groups of all partitions, a stretch of places at a time.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::filter;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::logical_expr::EmitTo;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

use super::key_ranges::KeyRanges;
use super::partition::PartitionStates;

/// The groups of all partitions.
pub(super) struct MergedGroups {
    pub(super) ranges: Arc<KeyRanges>,
    pub(super) functions: Vec<Arc<AggregateFunctionExpr>>,
    pub(super) schema: SchemaRef,
    pub(super) partitions: Vec<PartitionStates>,
}

impl MergedGroups {
    /// The keys and results of the groups at `places`; `None` if there are none.
    ///
    /// # Errors
    /// When states cannot be merged.
    pub(super) fn batch(&self, places: Range<usize>) -> Result<Option<RecordBatch>> {
        let Some(seen) = self.seen(&places) else {
            return Ok(None);
        };
        let at: Vec<usize> = seen
            .set_indices()
            .map(|place| places.start + place)
            .collect();
        if at.is_empty() {
            return Ok(None);
        }
        let mut columns = self.ranges.values(&at)?;
        let is_full = at.len() == places.len();
        let seen = BooleanArray::new(seen, None);
        for number in 0..self.functions.len() {
            let results = self.results(number, &places)?;
            columns.push(if is_full {
                results
            } else {
                filter(&results, &seen)?
            });
        }
        Ok(Some(RecordBatch::try_new(
            Arc::clone(&self.schema),
            columns,
        )?))
    }

    /// The places that occur in some partition.
    fn seen(&self, places: &Range<usize>) -> Option<BooleanBuffer> {
        let partitions = self.partitions.iter();
        let seen = partitions.map(|partition| partition.seen.slice(places.start, places.len()));
        seen.reduce(|all, seen| &all | &seen)
    }

    /// The result of an aggregate for each place.
    fn results(&self, number: usize, places: &Range<usize>) -> Result<ArrayRef> {
        let groups: Vec<usize> = (0..places.len()).collect();
        let mut merged = self.functions[number].create_groups_accumulator()?;
        for partition in &self.partitions {
            let states = partition.states[number].iter();
            let states: Vec<ArrayRef> = states
                .map(|state| state.slice(places.start, places.len()))
                .collect();
            merged.merge_batch(&states, &groups, groups.len())?;
        }
        merged.evaluate(EmitTo::All)
    }
}
