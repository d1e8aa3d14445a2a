//! Distinct counts of many groups at once.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, LargeBinaryArray};
use arrow::buffer::{Buffer, OffsetBuffer};
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::column::IdColumn;
use super::set::IdSet;
use super::state;

/// One set per group.
#[derive(Debug, Default)]
pub(super) struct DistinctIdsGroupsAccumulator {
    sets: Vec<IdSet>,
    /// Heap bytes of the sets.
    heap: usize,
    ids: IdColumn,
}

impl DistinctIdsGroupsAccumulator {
    fn take(&mut self, emit_to: EmitTo) -> Vec<IdSet> {
        let taken = emit_to.take_needed(&mut self.sets);
        self.heap -= taken.iter().map(IdSet::heap).sum::<usize>();
        taken
    }

    fn resize(&mut self, groups: usize) {
        if groups > self.sets.len() {
            self.sets.resize_with(groups, IdSet::default);
        }
    }

    fn add(&mut self, groups: &[usize]) {
        let (sets, heap) = (&mut self.sets, &mut self.heap);
        let (ids, counted) = (&self.ids.values, &self.ids.counted);
        // Rows in time order often belong to one month, hence one group.
        let only = groups
            .first()
            .filter(|first| groups.iter().all(|group| group == *first));
        match (only, counted) {
            (Some(&group), None) => sets[group].extend(ids.iter().copied(), heap),
            (Some(&group), Some(counted)) => {
                let counted = counted.valid_indices();
                sets[group].extend(counted.map(|row| ids[row]), heap);
            }
            (None, None) => {
                for (&group, &id) in groups.iter().zip(ids) {
                    sets[group].insert(id, heap);
                }
            }
            (None, Some(counted)) => {
                for row in counted.valid_indices() {
                    sets[groups[row]].insert(ids[row], heap);
                }
            }
        }
    }
}

impl GroupsAccumulator for DistinctIdsGroupsAccumulator {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        self.ids.read(&values[0], opt_filter)?;
        self.add(group_indices);
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let sets = self.take(emit_to).into_iter();
        let counts = sets.map(|mut set| as_bigint(set.len()));
        let counts: Int64Array = counts.collect::<Result<Vec<i64>>>()?.into();
        Ok(Arc::new(counts))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let sets = self.take(emit_to);
        let mut bytes = Vec::new();
        let mut lengths = Vec::with_capacity(sets.len());
        for mut set in sets {
            let before = bytes.len();
            state::write(&mut set, &mut bytes)?;
            lengths.push(bytes.len() - before);
        }
        Ok(vec![states(bytes, lengths)?])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        let states = values[0].as_binary::<i64>();
        for (row, &group) in group_indices.iter().enumerate() {
            if states.is_valid(row) {
                state::merge(&mut self.sets[group], states.value(row), &mut self.heap)?;
            }
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let mut ids = IdColumn::default();
        ids.read(&values[0], opt_filter)?;
        let mut bytes = Vec::with_capacity(ids.values.len() * 9);
        let mut lengths = Vec::with_capacity(ids.values.len());
        for (row, id) in ids.values.iter().enumerate() {
            let before = bytes.len();
            if ids
                .counted
                .as_ref()
                .is_none_or(|counted| counted.is_valid(row))
            {
                state::write_one(*id, &mut bytes);
            }
            lengths.push(bytes.len() - before);
        }
        Ok(vec![states(bytes, lengths)?])
    }

    fn size(&self) -> usize {
        size_of::<Self>()
            + self.sets.capacity() * size_of::<IdSet>()
            + self.heap
            + self.ids.values.capacity() * size_of::<u64>()
    }
}

/// A count as BIGINT.
pub(super) fn as_bigint(count: u64) -> Result<i64> {
    i64::try_from(count).map_err(|error| exec_datafusion_err!("distinct ids as BIGINT: {error}"))
}

fn states(bytes: Vec<u8>, lengths: Vec<usize>) -> Result<ArrayRef> {
    let offsets = OffsetBuffer::from_lengths(lengths);
    let states = LargeBinaryArray::try_new(offsets, Buffer::from_vec(bytes), None)?;
    Ok(Arc::new(states))
}
