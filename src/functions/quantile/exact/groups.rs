//! Accumulator of the values of many groups.

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::QuantileQuery;
use super::lists;
use super::multiset::CompactMultiset;
use super::width::QuantileKey;

/// Values of every group.
#[derive(Debug)]
pub(super) struct ExactQuantileGroupsAccumulator<Q, W> {
    question: Q,
    groups: Vec<CompactMultiset<W>>,
    bytes: usize,
}

impl<Q: QuantileQuery, W: QuantileKey> ExactQuantileGroupsAccumulator<Q, W> {
    pub(super) fn new(question: Q) -> Self {
        Self {
            question,
            groups: vec![],
            bytes: 0,
        }
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<CompactMultiset<W>> {
        let taken = emit_to.take_needed(&mut self.groups);
        self.bytes -= taken.iter().map(CompactMultiset::size).sum::<usize>();
        taken
    }
}

impl<Q: QuantileQuery, W: QuantileKey> GroupsAccumulator for ExactQuantileGroupsAccumulator<Q, W> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups
            .resize_with(total_num_groups, CompactMultiset::default);
        let (groups, bytes) = (&mut self.groups, &mut self.bytes);
        self.question.read(values, opt_filter, &mut |chunk| {
            chunk.for_each(|row, key| {
                let more = groups[group_indices[chunk.start + row]].push(key);
                *bytes = bytes.wrapping_add_signed(more);
            });
        })
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups
            .resize_with(total_num_groups, CompactMultiset::default);
        let (groups, bytes) = (&mut self.groups, &mut self.bytes);
        lists::merge(values, |row, parts| {
            let more = groups[group_indices[row]].extend(parts)?;
            *bytes = bytes.wrapping_add_signed(more);
            Ok(())
        })
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = self.take(emit_to).into_iter();
        // Groups are sorted and dropped one after the other.
        let answers: Vec<_> = groups
            .map(|group| self.question.answer(&mut group.into_ranked()))
            .collect();
        self.question.column(&answers)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(lists::stored(self.take(emit_to)))
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let mut keys = vec![None; values[0].len()];
        self.question.read(values, opt_filter, &mut |chunk| {
            chunk.for_each(|row, key| keys[chunk.start + row] = Some(key));
        })?;
        Ok(lists::one_by_one::<W>(&keys))
    }

    fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<CompactMultiset<W>>()
    }
}
