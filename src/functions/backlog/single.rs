//! Accumulator of the moves of one backlog.

use arrow::array::ArrayRef;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::groups::BacklogMovesGroupsAccumulator;

/// [`BacklogMovesGroupsAccumulator`] with one group.
#[derive(Debug)]
pub(super) struct BacklogMovesAccumulator {
    groups: BacklogMovesGroupsAccumulator,
    /// Group of each row: 0.
    zeros: Vec<usize>,
}

impl BacklogMovesAccumulator {
    pub(super) fn new(groups: BacklogMovesGroupsAccumulator) -> Self {
        Self {
            groups,
            zeros: Vec::new(),
        }
    }
}

impl Accumulator for BacklogMovesAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.zeros.resize(values[0].len(), 0);
        self.groups.update_batch(values, &self.zeros, None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.groups.make_one();
        let list = self.groups.evaluate(EmitTo::All)?;
        ScalarValue::try_from_array(&list, 0)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.size() + self.zeros.capacity() * size_of::<usize>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.zeros.resize(states[0].len(), 0);
        self.groups.merge_batch(states, &self.zeros, 1)
    }
}
