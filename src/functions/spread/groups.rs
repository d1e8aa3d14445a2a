//! Durations of many groups.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array, LargeListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::Int64Type;
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::SpreadOf;
use super::lists::{item_field, list_column};
use crate::functions::outcome::Outcome;

/// The durations of every group.
#[derive(Debug)]
pub(super) struct Groups {
    of: SpreadOf,
    outcome: Outcome,
    groups: Vec<Vec<i64>>,
    bytes: usize,
}

impl Groups {
    pub(super) fn new(of: SpreadOf, outcome: Outcome) -> Self {
        Self {
            of,
            outcome,
            groups: vec![],
            bytes: 0,
        }
    }

    fn extend(&mut self, group: usize, values: impl IntoIterator<Item = i64>) {
        let before = self.groups[group].capacity();
        self.groups[group].extend(values);
        self.bytes += (self.groups[group].capacity() - before) * size_of::<i64>();
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<Vec<i64>> {
        let taken = emit_to.take_needed(&mut self.groups);
        let bytes: usize = taken
            .iter()
            .map(|values| values.capacity() * size_of::<i64>())
            .sum();
        self.bytes -= bytes;
        taken
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize_with(total_num_groups, Vec::new);
        let of = self.of.of.clone();
        of.read(values, opt_filter, |ticks| ticks, &mut |chunk| {
            chunk.for_each(|row, ticks| self.extend(group_indices[chunk.start + row], [ticks]));
        })
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize_with(total_num_groups, Vec::new);
        for (row, list) in values[0].as_list::<i64>().iter().enumerate() {
            if let Some(list) = list {
                let durations = list.as_primitive::<Int64Type>();
                self.extend(group_indices[row], durations.values().iter().copied());
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut groups = self.take(emit_to);
        let of = &self.of;
        let is_detail = matches!(self.outcome, Outcome::Detail { .. });
        groups
            .iter_mut()
            .for_each(|values| of.place(values, is_detail));
        self.outcome
            .column(&groups, |v| of.value(v), |v, level| of.measure(v, level))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![list_column(&self.take(emit_to))])
    }

    /// One list per row: the duration, or nothing where the row does not count.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let mut durations = Vec::with_capacity(values[0].len());
        let mut lengths = vec![0; values[0].len()];
        self.of
            .of
            .read(values, opt_filter, |ticks| ticks, &mut |chunk| {
                chunk.for_each(|row, ticks| {
                    durations.push(ticks);
                    lengths[chunk.start + row] = 1;
                });
            })?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        let durations = Arc::new(Int64Array::from(durations));
        Ok(vec![Arc::new(LargeListArray::new(
            Arc::new(item_field()),
            offsets,
            durations,
            None,
        ))])
    }

    fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<Vec<i64>>()
    }
}
