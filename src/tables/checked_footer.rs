//! Footers of Parquet files, checked before the reader relies on what they say.
//!
//! The reader panics over places before the start or behind the end of a file, and over an Arrow schema that is no
//! flatbuffer of one; a footer has no checksum.

use datafusion::error::DataFusionError;
use object_store::ObjectMeta;
use parquet::arrow::parquet_to_arrow_schema;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::page_index::offset_index::OffsetIndexMetaData;

use crate::error::Error;
use crate::runtime::caught;

/// Checks the footer of a file of `size` bytes.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check(footer: &ParquetMetaData, size: u64) -> Result<(), String> {
    for group in footer.row_groups() {
        if group.num_rows() < 0 {
            return Err("a row group has a negative number of rows".to_owned());
        }
        for chunk in group.columns() {
            check_chunk(chunk, size)
                .map_err(|problem| format!("column {}: {problem}", chunk.column_path()))?;
        }
    }
    for group in footer.offset_index().into_iter().flatten() {
        for page in group.iter().flat_map(OffsetIndexMetaData::page_locations) {
            let length = i64::from(page.compressed_page_size);
            check_place(page.offset, length, size, "a page")?;
            if page.first_row_index < 0 {
                return Err("a page begins before its first row".to_owned());
            }
        }
    }
    let file = footer.file_metadata();
    let schema = caught(|| parquet_to_arrow_schema(file.schema_descr(), file.key_value_metadata()));
    match schema {
        Ok(Ok(_)) => Ok(()),
        _ => Err("its Arrow schema cannot be decoded".to_owned()),
    }
}

fn check_chunk(chunk: &ColumnChunkMetaData, size: u64) -> Result<(), String> {
    if chunk.num_values() < 0 || chunk.uncompressed_size() < 0 {
        return Err("a negative number of values or bytes".to_owned());
    }
    let start = chunk.dictionary_page_offset();
    let start = start.unwrap_or_else(|| chunk.data_page_offset());
    check_place(start, chunk.compressed_size(), size, "a column chunk")?;
    check_place(chunk.data_page_offset(), 0, size, "a page")?;
    let indexes = [
        (chunk.offset_index_offset(), chunk.offset_index_length()),
        (chunk.column_index_offset(), chunk.column_index_length()),
        (chunk.bloom_filter_offset(), chunk.bloom_filter_length()),
    ];
    for (offset, length) in indexes {
        if let Some(offset) = offset {
            check_place(offset, i64::from(length.unwrap_or(0)), size, "an index")?;
        }
    }
    Ok(())
}

fn check_place(start: i64, length: i64, size: u64, what: &str) -> Result<(), String> {
    let end = start.checked_add(length);
    let is_inside = start >= 0
        && length >= 0
        && end.is_some_and(|end| u64::try_from(end).is_ok_and(|end| end <= size));
    if is_inside {
        Ok(())
    } else {
        Err(format!("{what} is said to be outside of the file"))
    }
}

/// Error about the damaged file at `object`.
pub(super) fn damaged(object: &ObjectMeta, problem: &str) -> DataFusionError {
    let file = object.location.filename().unwrap_or_default();
    let problem = format!("damaged Parquet, copy it again ({problem})");
    Error::location(file, problem).into()
}
