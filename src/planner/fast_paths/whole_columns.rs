//! The parts of a column, batch by batch, as one array.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, GenericByteViewArray};
use arrow::compute::concat;
use arrow::datatypes::{ByteViewType, DataType};
use datafusion::common::Result;

/// Views into more buffers than these are copied together, since each batch would carry the list.
const MOST_BUFFERS: usize = 64;

/// All of `parts` behind each other.
///
/// # Errors
/// When there are none, or they are of different types.
pub(super) fn whole_column(parts: &[&dyn Array]) -> Result<ArrayRef> {
    let column = concat(parts)?;
    Ok(match column.data_type() {
        DataType::Utf8View => compact(column.as_string_view()).unwrap_or(column),
        DataType::BinaryView => compact(column.as_binary_view()).unwrap_or(column),
        _ => column,
    })
}

/// The same views into one buffer; `None` if the list of buffers is short, or texts share buffers so that copies of them
/// would take more room.
fn compact<T: ByteViewType>(column: &GenericByteViewArray<T>) -> Option<ArrayRef> {
    let buffers = column.data_buffers();
    if buffers.len() <= MOST_BUFFERS {
        return None;
    }
    // Parts of one file have the same dictionary.
    let mut held: Vec<_> = buffers
        .iter()
        .map(|buffer| (buffer.as_ptr(), buffer.len()))
        .collect();
    held.sort_unstable();
    held.dedup();
    let held: usize = held.iter().map(|(_, length)| length).sum();
    (column.total_buffer_bytes_used() <= held).then(|| Arc::new(column.gc()) as ArrayRef)
}
