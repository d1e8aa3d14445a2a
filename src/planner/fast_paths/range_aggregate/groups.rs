//! The groups of one partition: which of the places occur.

use std::sync::Arc;

use arrow::buffer::{BooleanBuffer, Buffer};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::key_ranges::KeyRanges;
use crate::functions::kernels::bits::for_each_set;
use crate::planner::fast_paths::dense_aggregate::GroupNumbering;

/// The group of the rows that do not pass the filter.
const DISCARDED: usize = 0;

/// Groups numbered by their place, plus 1.
pub(super) struct RangeGroups {
    ranges: Arc<KeyRanges>,
    /// Of the rows of the last batch.
    places: Vec<usize>,
    /// False if one of those lies outside.
    is_within: bool,
    /// A bit for each number.
    seen: Vec<u64>,
}

impl RangeGroups {
    pub(super) fn new(ranges: Arc<KeyRanges>) -> Self {
        Self {
            seen: vec![0; (ranges.places + 1).div_ceil(64)],
            ranges,
            places: vec![],
            is_within: true,
        }
    }

    /// The places that occur.
    pub(super) fn into_seen(self) -> BooleanBuffer {
        BooleanBuffer::new(Buffer::from_vec(self.seen), 1, self.ranges.places)
    }
}

impl GroupNumbering for RangeGroups {
    fn encode(&mut self, batch: &RecordBatch) -> Result<()> {
        self.is_within = self.ranges.places_of(batch, &mut self.places)?;
        Ok(())
    }

    fn number(
        &mut self,
        selected: Option<&BooleanBuffer>,
        _rows: usize,
        numbers: &mut Vec<usize>,
    ) -> bool {
        if !self.is_within {
            return false;
        }
        std::mem::swap(&mut self.places, numbers);
        if let Some(selected) = selected {
            for_each_set(&!selected, |row| numbers[row] = DISCARDED);
        }
        for &number in &*numbers {
            self.seen[number / 64] |= 1 << (number % 64);
        }
        true
    }

    fn total(&self) -> usize {
        self.ranges.places + 1
    }

    fn size(&self) -> usize {
        self.seen.capacity() * size_of::<u64>() + self.places.capacity() * size_of::<usize>()
    }
}
