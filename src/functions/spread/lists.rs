//! The stored state of many values: a list of them per group, and how often each occurs.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, LargeListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, exec_err};

use super::multiset::Multiset;
use super::width::Width;

/// The stored state: the durations of a group in ticks, and how often each occurred; no counts where
/// they are told one by one.
pub(crate) fn state(_arguments: &[DataType], _detail: bool) -> Vec<(&'static str, DataType)> {
    let list = || DataType::LargeList(Arc::new(item_field()));
    vec![("durations", list()), ("counts", list())]
}

pub(crate) fn item_field() -> Field {
    Field::new_list_field(DataType::Int64, true)
}

/// One list per group.
pub(crate) fn list_column(groups: &[Vec<i64>]) -> ArrayRef {
    let offsets = OffsetBuffer::from_lengths(groups.iter().map(Vec::len));
    Arc::new(lists(offsets, groups.concat()))
}

fn lists(offsets: OffsetBuffer<i64>, values: Vec<i64>) -> LargeListArray {
    let values = Arc::new(Int64Array::from(values));
    LargeListArray::new(Arc::new(item_field()), offsets, values, None)
}

/// The columns of the state, a row a group.
pub(super) fn stored<W: Width>(groups: impl IntoIterator<Item = Multiset<W>>) -> Vec<ArrayRef> {
    let (mut values, mut counts) = (vec![], vec![]);
    for group in groups {
        let (its_values, its_counts) = group.into_stored();
        values.push(its_values);
        counts.push(its_counts);
    }
    vec![list_column(&values), list_column(&counts)]
}

/// One value per row, or none where a row does not count.
pub(super) fn one_by_one(values: Vec<i64>, lengths: Vec<usize>) -> Vec<ArrayRef> {
    let none = OffsetBuffer::new_zeroed(lengths.len());
    let values = lists(OffsetBuffer::from_lengths(lengths), values);
    vec![Arc::new(values), Arc::new(lists(none, vec![]))]
}

/// Adds the stored state of each row to the set that `set` gives for it.
///
/// # Errors
/// When a state was not stored by these functions.
pub(super) fn merge<W: Width>(
    states: &[ArrayRef],
    mut add: impl FnMut(usize, &mut dyn FnMut(&mut Multiset<W>) -> isize),
) -> Result<()> {
    let (values, counts) = (states[0].as_list::<i64>(), states[1].as_list::<i64>());
    for row in 0..values.len() {
        if values.is_null(row) {
            continue;
        }
        let list = values.value(row);
        let list = list.as_primitive::<Int64Type>().values();
        let counts = counts.value(row);
        let counts = counts.as_primitive::<Int64Type>().values();
        if counts.is_empty() {
            add(row, &mut |set| {
                list.iter().map(|&value| set.push(value)).sum()
            });
            continue;
        }
        if counts.len() != list.len() || counts.iter().any(|&count| count < 1) {
            return exec_err!("a stored state has other counts than values: it was changed");
        }
        let counts = counts
            .iter()
            .map(|&count| usize::try_from(count).unwrap_or(usize::MAX));
        let runs = list.iter().copied().zip(counts);
        add(row, &mut |set| set.extend(runs.clone()));
    }
    Ok(())
}
