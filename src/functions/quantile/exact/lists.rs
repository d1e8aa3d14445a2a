//! Stored state of many values: lists of them per group, and pages.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, LargeBinaryArray, LargeListArray, PrimitiveArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type};
use datafusion::common::{Result, exec_datafusion_err};

use super::multiset::CompactMultiset;
use super::pages::ValuePages;
use super::stored_state::{InvalidMultisetState, MultisetParts, StoredMultiset};
use super::width::QuantileKey;

/// Stored state: values of a group in four bytes, more of them in pages of values with the same upper two
/// bytes, and the values in ticks that do not fit four bytes.
pub(crate) fn state(_arguments: &[DataType], _detail: bool) -> Vec<(&'static str, DataType)> {
    vec![
        ("narrow", list_of::<Int32Type>()),
        ("pages", DataType::LargeBinary),
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
    // Each group is dropped after it is copied.
    groups.into_iter().for_each(|group| values.extend(group));
    lists::<T>(lengths, values)
}

/// The pages of each group as a binary column.
fn page_column(groups: Vec<ValuePages>) -> ArrayRef {
    let lengths = groups.iter().map(ValuePages::written).collect::<Vec<_>>();
    let mut bytes = Vec::with_capacity(lengths.iter().sum());
    // Each group is dropped after it is written.
    groups.into_iter().for_each(|pages| pages.write(&mut bytes));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Arc::new(LargeBinaryArray::new(offsets, bytes.into(), None))
}

/// Columns of the state, one row per group.
pub(super) fn stored<W: QuantileKey>(
    groups: impl IntoIterator<Item = CompactMultiset<W>>,
) -> Vec<ArrayRef> {
    let (mut narrow, mut pages, mut wide) = (vec![], vec![], vec![]);
    for group in groups {
        let parts = group.into_parts();
        narrow.push(parts.narrow);
        pages.push(parts.pages);
        wide.push(parts.wide);
    }
    vec![
        list_column::<Int32Type>(narrow),
        page_column(pages),
        list_column::<Int64Type>(wide),
    ]
}

/// One value per row, or an empty list if a row does not count.
pub(super) fn one_by_one<W: QuantileKey>(rows: &[Option<i64>]) -> Vec<ArrayRef> {
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
        page_column(vec![ValuePages::default(); rows.len()]),
        lists::<Int64Type>(wide_lengths, wide),
    ]
}

/// Calls `add` with the stored state of each row.
///
/// # Errors
/// When a state was not stored by this module.
pub(super) fn merge(
    states: &[ArrayRef],
    mut add: impl FnMut(usize, &StoredMultiset<'_>) -> Result<(), InvalidMultisetState>,
) -> Result<()> {
    let [narrow, wide] = [0, 2].map(|column| states[column].as_list::<i64>());
    let pages = states[1].as_binary::<i64>();
    for row in 0..narrow.len() {
        if narrow.is_null(row) {
            continue;
        }
        let (narrow, wide) = (narrow.value(row), wide.value(row));
        let parts = MultisetParts {
            narrow: &narrow.as_primitive::<Int32Type>().values()[..],
            pages: pages.value(row),
            wide: &wide.as_primitive::<Int64Type>().values()[..],
        };
        add(row, &parts).map_err(|InvalidMultisetState| {
            exec_datafusion_err!("a stored state of exact quantiles is malformed")
        })?;
    }
    Ok(())
}
