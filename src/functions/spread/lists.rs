//! The stored state of many values: lists of them per group, and how often some of them occur.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, LargeListArray, PrimitiveArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, UInt32Type};
use datafusion::common::{Result, exec_err};

use super::multiset::{Multiset, Parts};
use super::width::Width;

/// The stored state: the values of a group in four bytes, how often the first of them occur, and
/// the values in ticks that do not fit four bytes.
pub(crate) fn state(_arguments: &[DataType], _detail: bool) -> Vec<(&'static str, DataType)> {
    vec![
        ("narrow", list_of::<Int32Type>()),
        ("counts", list_of::<UInt32Type>()),
        ("wide", list_of::<Int64Type>()),
    ]
}

fn list_of<T: ArrowPrimitiveType>() -> DataType {
    DataType::LargeList(Arc::new(Field::new_list_field(T::DATA_TYPE, true)))
}

fn lists<T: ArrowPrimitiveType>(lengths: Vec<usize>, values: Vec<T::Native>) -> ArrayRef {
    let values = PrimitiveArray::<T>::new(values.into(), None);
    let field = Arc::new(Field::new_list_field(T::DATA_TYPE, true));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Arc::new(LargeListArray::new(field, offsets, Arc::new(values), None))
}

/// One list per group.
fn list_column<T: ArrowPrimitiveType>(groups: Vec<Vec<T::Native>>) -> ArrayRef {
    let lengths = groups.iter().map(Vec::len).collect::<Vec<_>>();
    let mut values = Vec::with_capacity(lengths.iter().sum());
    // Each is forgotten when it was copied.
    groups.into_iter().for_each(|group| values.extend(group));
    lists::<T>(lengths, values)
}

/// The columns of the state, a row a group.
pub(super) fn stored<W: Width>(groups: impl IntoIterator<Item = Multiset<W>>) -> Vec<ArrayRef> {
    let (mut narrow, mut counts, mut wide) = (vec![], vec![], vec![]);
    for group in groups {
        let parts = group.into_parts();
        narrow.push(parts.narrow);
        counts.push(parts.counts);
        wide.push(parts.wide);
    }
    vec![
        list_column::<Int32Type>(narrow),
        list_column::<UInt32Type>(counts),
        list_column::<Int64Type>(wide),
    ]
}

/// One value per row, or none where a row does not count.
pub(super) fn one_by_one<W: Width>(rows: &[Option<i64>]) -> Vec<ArrayRef> {
    let (mut narrow, mut wide) = (vec![], vec![]);
    let (mut narrow_lengths, mut wide_lengths) = (vec![0; rows.len()], vec![0; rows.len()]);
    for (row, key) in rows.iter().enumerate() {
        match key.map(|key| (key, W::narrow(key))) {
            Some((_, Some(value))) => {
                narrow.push(value);
                narrow_lengths[row] = 1;
            }
            Some((key, None)) => {
                wide.push(key);
                wide_lengths[row] = 1;
            }
            None => {}
        }
    }
    vec![
        lists::<Int32Type>(narrow_lengths, narrow),
        lists::<UInt32Type>(vec![0; rows.len()], vec![]),
        lists::<Int64Type>(wide_lengths, wide),
    ]
}

/// Adds the stored state of each row to the set that `set` gives for it.
///
/// # Errors
/// When a state was not stored by these functions.
pub(super) fn merge<W: Width>(
    states: &[ArrayRef],
    mut add: impl FnMut(usize, &mut dyn FnMut(&mut Multiset<W>) -> isize),
) -> Result<()> {
    let [narrow, counts, wide] = [0, 1, 2].map(|column| states[column].as_list::<i64>());
    for row in 0..narrow.len() {
        if narrow.is_null(row) {
            continue;
        }
        let (narrow, counts, wide) = (narrow.value(row), counts.value(row), wide.value(row));
        let parts = Parts {
            narrow: &narrow.as_primitive::<Int32Type>().values()[..],
            counts: &counts.as_primitive::<UInt32Type>().values()[..],
            wide: &wide.as_primitive::<Int64Type>().values()[..],
        };
        let is_told = parts.counts.len() <= parts.narrow.len() && !parts.counts.contains(&0);
        let is_in_order = is_told && parts.narrow[..parts.counts.len()].is_sorted();
        if !is_in_order {
            return exec_err!("a stored state has other counts than values: it was changed");
        }
        add(row, &mut |set| set.extend(&parts));
    }
    Ok(())
}
