//! Codes of the results of a CASE over ranges of a value: the place of a result is known without the result.

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::take;
use datafusion::common::Result;

use super::KeyEncoder;
use crate::planner::fast_paths::case_ranges::CaseSteps;

const UNSET: u32 = u32::MAX;

/// The results so far, by their places.
#[derive(Debug)]
pub(super) struct CaseStepsEncoder {
    steps: CaseSteps,
    codes: Vec<u32>,
    /// Place of each code.
    places: Vec<u32>,
    /// Places of the rows of the last batch.
    batch: Vec<u8>,
}

impl CaseStepsEncoder {
    pub(super) fn new(steps: CaseSteps) -> Self {
        Self {
            codes: vec![UNSET; steps.values().len()],
            steps,
            places: Vec::new(),
            batch: Vec::new(),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a CASE has at most 250 results"
    )]
    #[inline]
    fn code_of(&mut self, place: u8) -> u32 {
        let code = &mut self.codes[usize::from(place)];
        if *code == UNSET {
            *code = self.places.len() as u32;
            self.places.push(u32::from(place));
        }
        *code
    }
}

impl KeyEncoder for CaseStepsEncoder {
    fn encode(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        let mut batch = std::mem::take(&mut self.batch);
        self.steps.places(column, &mut batch)?;
        codes.extend(batch.iter().map(|place| self.code_of(*place)));
        self.batch = batch;
        Ok(())
    }

    fn len(&self) -> usize {
        self.places.len()
    }

    fn values(&self, codes: &[u32]) -> Result<ArrayRef> {
        let places: UInt32Array = codes
            .iter()
            .map(|code| self.places[*code as usize])
            .collect();
        Ok(take(self.steps.values(), &places, None)?)
    }

    fn size(&self) -> usize {
        self.codes.capacity() * size_of::<u32>()
            + self.places.capacity() * size_of::<u32>()
            + self.batch.capacity()
            + self.steps.values().get_array_memory_size()
    }
}
