//! The groups of one partition: which of the places occur.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::buffer::{BooleanBuffer, Buffer};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::plan::RangeAggregationPlan;
use crate::functions::kernels::bits::for_each_set;
use crate::planner::fast_paths::dense_aggregate::{CodedGroups, GroupNumbering};

/// The group of the rows that do not pass the filter.
const DISCARDED: usize = 0;

/// Groups numbered by their place, plus 1.
pub(super) struct RangeGroups {
    plan: Arc<RangeAggregationPlan>,
    /// The combinations of the other keys, if there are any.
    coded: Option<CodedGroups>,
    /// Of the rows of the last batch: the combination, and the place within it.
    combinations: Vec<usize>,
    places: Vec<usize>,
    /// False if one of those lies outside.
    is_within: bool,
    /// A bit for each number.
    seen: Vec<u64>,
}

impl RangeGroups {
    /// # Errors
    /// When the type of a key has no encoder.
    pub(super) fn new(plan: Arc<RangeAggregationPlan>) -> Result<Self> {
        let has_coded = !plan.coded.is_empty();
        let coded = has_coded.then(|| CodedGroups::new(&plan.coded));
        Ok(Self {
            coded: coded.transpose()?,
            combinations: vec![],
            places: vec![],
            is_within: true,
            seen: vec![],
            plan,
        })
    }

    /// The places that occur, those of one combination after the other, and the keys of the combinations.
    ///
    /// # Errors
    /// When a value cannot be written in the type of its key.
    pub(super) fn finish(mut self) -> Result<(BooleanBuffer, Vec<ArrayRef>)> {
        let keys = self.coded.as_ref().map(CodedGroups::values);
        let keys = keys.transpose()?.unwrap_or_default();
        self.reach();
        let places = self.total() - 1;
        Ok((
            BooleanBuffer::new(Buffer::from_vec(self.seen), 1, places),
            keys,
        ))
    }

    fn reach(&mut self) {
        self.seen.resize(self.total().div_ceil(64), 0);
    }

    /// Goes from the place within its combination to the number of each row; false if there are too many.
    fn add_combinations(
        &mut self,
        selected: Option<&BooleanBuffer>,
        rows: usize,
        numbers: &mut [usize],
    ) -> bool {
        let Some(coded) = &mut self.coded else {
            if let Some(selected) = selected {
                for_each_set(&!selected, |row| numbers[row] = DISCARDED);
            }
            return true;
        };
        if !coded.number(selected, rows, &mut self.combinations) {
            return false;
        }
        let places = self.plan.ranges.places;
        for (number, &combination) in numbers.iter_mut().zip(&self.combinations) {
            *number = match combination {
                DISCARDED => DISCARDED,
                other => *number + (other - 1) * places,
            };
        }
        coded.len() * places <= self.plan.most
    }
}

impl GroupNumbering for RangeGroups {
    fn encode(&mut self, batch: &RecordBatch) -> Result<()> {
        if let Some(coded) = &mut self.coded {
            coded.encode(batch)?;
        }
        self.is_within = self.plan.ranges.places_of(batch, &mut self.places)?;
        Ok(())
    }

    fn number(
        &mut self,
        selected: Option<&BooleanBuffer>,
        rows: usize,
        numbers: &mut Vec<usize>,
    ) -> bool {
        std::mem::swap(&mut self.places, numbers);
        if !self.is_within || !self.add_combinations(selected, rows, numbers) {
            return false;
        }
        self.reach();
        for &number in &*numbers {
            self.seen[number / 64] |= 1 << (number % 64);
        }
        true
    }

    fn total(&self) -> usize {
        self.plan.ranges.places * self.coded.as_ref().map_or(1, CodedGroups::len) + 1
    }

    fn size(&self) -> usize {
        let coded = self.coded.as_ref().map_or(0, GroupNumbering::size);
        let rows = self.places.capacity() + self.combinations.capacity();
        coded + self.seen.capacity() * size_of::<u64>() + rows * size_of::<usize>()
    }
}
