//! Individual contacts, which are all needed since a repeat contact depends on the others.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, LargeListArray, UInt64Array, new_empty_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{concat, filter as keep, take};
use arrow::datatypes::{DataType, Field};
use datafusion::common::Result;

use super::decided::{RepeatContactCounts, decide};
use super::repeat_definition::RepeatContactDefinition;
use crate::functions::kernels::rows::eligible;

/// Field of the items of a stored list.
pub(crate) fn item_field(data_type: &DataType) -> Field {
    Field::new_list_field(data_type.clone(), true)
}

/// Contacts of many groups in input order: batches of (customer, opened) and the group of each.
#[derive(Debug)]
pub(crate) struct RepeatContactBuffer {
    pub(crate) call: RepeatContactDefinition,
    batches: Vec<[ArrayRef; 2]>,
    groups: Vec<usize>,
    bytes: usize,
}

impl RepeatContactBuffer {
    pub(crate) fn new(call: RepeatContactDefinition) -> Self {
        Self {
            call,
            batches: vec![],
            groups: vec![],
            bytes: 0,
        }
    }

    /// Adds the eligible rows; `group(row)` returns the group of a row.
    pub(crate) fn add(
        &mut self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
        group: impl Fn(usize) -> usize,
    ) -> Result<()> {
        let rows = values[0].len();
        match eligible(&[&values[0], &values[1]], filter) {
            None => {
                self.groups.extend((0..rows).map(group));
                self.push([Arc::clone(&values[0]), Arc::clone(&values[1])]);
            }
            Some(counted) => {
                self.groups.extend(counted.set_indices().map(group));
                let mask = BooleanArray::new(counted, None);
                self.push([keep(&values[0], &mask)?, keep(&values[1], &mask)?]);
            }
        }
        Ok(())
    }

    fn push(&mut self, batch: [ArrayRef; 2]) {
        self.bytes += batch
            .iter()
            .map(|column| column.as_ref().get_array_memory_size())
            .sum::<usize>();
        self.batches.push(batch);
    }

    /// Adds the contacts of stored states, one list per row.
    pub(crate) fn merge(&mut self, states: &[ArrayRef], group: impl Fn(usize) -> usize) {
        let (customers, opened) = (states[0].as_list::<i64>(), states[1].as_list::<i64>());
        for row in 0..customers.len() {
            let length = customers.value_length(row);
            self.groups.extend((0..length).map(|_| group(row)));
        }
        // Lists may be slices of larger children, and may not begin at the first value.
        let child = |list: &LargeListArray| {
            let (first, last) = (list.value_offsets()[0], list.value_offsets()[list.len()]);
            // Offsets of an array in memory fit a usize.
            let offset = |offset: i64| usize::try_from(offset).unwrap_or(0);
            let (first, last) = (offset(first), offset(last));
            list.values().slice(first, last - first)
        };
        self.push([child(customers), child(opened)]);
    }

    /// All contacts as two columns.
    fn columns(&self) -> Result<[ArrayRef; 2]> {
        let column = |position: usize| -> Result<ArrayRef> {
            let parts: Vec<&dyn Array> = self
                .batches
                .iter()
                .map(|batch| batch[position].as_ref())
                .collect();
            if parts.is_empty() {
                Ok(new_empty_array(&self.call.types[position]))
            } else {
                Ok(concat(&parts)?)
            }
        };
        Ok([column(0)?, column(1)?])
    }

    /// Counts the decided contacts of groups `0..groups`.
    pub(crate) fn decide(&self, groups: usize) -> Result<Vec<RepeatContactCounts>> {
        decide(&self.call, &self.columns()?, &self.groups, groups)
    }

    /// The contacts of groups `0..groups` as one list per group.
    pub(crate) fn lists(&self, groups: usize) -> Result<Vec<ArrayRef>> {
        let mut order: Vec<usize> = (0..self.groups.len())
            .filter(|&row| self.groups[row] < groups)
            .collect();
        order.sort_by_key(|&row| self.groups[row]);
        let mut lengths = vec![0; groups];
        for &row in &order {
            lengths[self.groups[row]] += 1;
        }
        let indices = UInt64Array::from_iter_values(order.iter().map(|&row| row as u64));
        self.columns()?
            .iter()
            .map(|column| list_of(&take(column, &indices, None)?, lengths.iter().copied()))
            .collect()
    }

    /// Removes groups `0..groups` and renumbers the others.
    pub(crate) fn forget(&mut self, groups: usize) -> Result<()> {
        let kept = BooleanArray::from_iter(self.groups.iter().map(|&group| Some(group >= groups)));
        let [customers, opened] = self.columns()?;
        self.groups.retain(|&group| group >= groups);
        self.groups.iter_mut().for_each(|group| *group -= groups);
        self.batches.clear();
        self.bytes = 0;
        self.push([keep(&customers, &kept)?, keep(&opened, &kept)?]);
        Ok(())
    }

    /// Removes the first `gone` contacts; all are of one group.
    pub(crate) fn drop_first(&mut self, gone: usize) -> Result<()> {
        let [customers, opened] = self.columns()?;
        let left = customers.len() - gone;
        self.groups.truncate(left);
        self.batches.clear();
        self.bytes = 0;
        self.push([customers.slice(gone, left), opened.slice(gone, left)]);
        Ok(())
    }

    pub(crate) fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<usize>()
    }
}

fn list_of(values: &ArrayRef, lengths: impl IntoIterator<Item = usize>) -> Result<ArrayRef> {
    let field = Arc::new(item_field(values.data_type()));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(LargeListArray::try_new(
        field,
        offsets,
        Arc::clone(values),
        None,
    )?))
}
