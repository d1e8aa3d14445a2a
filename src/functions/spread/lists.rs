//! The stored state of durations: one list per group.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, LargeListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field};

/// The stored state: one list of durations, in ticks.
pub(crate) fn state(_arguments: &[DataType], _detail: bool) -> Vec<(&'static str, DataType)> {
    vec![("durations", DataType::LargeList(Arc::new(item_field())))]
}

pub(crate) fn item_field() -> Field {
    Field::new_list_field(DataType::Int64, true)
}

/// One list per group.
pub(crate) fn list_column(groups: &[Vec<i64>]) -> ArrayRef {
    let values = Int64Array::from_iter_values(groups.iter().flatten().copied());
    let offsets = OffsetBuffer::from_lengths(groups.iter().map(Vec::len));
    Arc::new(LargeListArray::new(
        Arc::new(item_field()),
        offsets,
        Arc::new(values),
        None,
    ))
}
