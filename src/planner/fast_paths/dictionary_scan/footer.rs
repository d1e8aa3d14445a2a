//! A Parquet footer that makes the reader retain dictionaries.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::{ARROW_SCHEMA_META_KEY, encode_arrow_schema, parquet_to_arrow_schema};
use parquet::basic::ConvertedType;
use parquet::errors::Result;
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, KeyValue, ParquetMetaData, ParquetMetaDataBuilder,
};

use super::dictionary_type;

/// Maximum number of stored bytes of a dictionary page that is worth retaining. Larger dictionaries are
/// of names and texts, whose values hardly repeat.
const SMALL: i64 = 64 * 1024;

/// `metadata` with those of `columns` as dictionaries in the stored Arrow schema that are text with a
/// small dictionary in every row group.
///
/// # Errors
/// When the schema of the file cannot be read.
pub(super) fn hinted(
    metadata: Arc<ParquetMetaData>,
    columns: &[String],
) -> Result<Arc<ParquetMetaData>> {
    let file = metadata.file_metadata();
    let stored = parquet_to_arrow_schema(file.schema_descr(), file.key_value_metadata())?;
    let wanted = |field: &Field| {
        let is_text = matches!(
            field.data_type(),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
        );
        is_text && columns.contains(field.name()) && has_small_dictionaries(&metadata, field.name())
    };
    if !stored.fields().iter().any(|field| wanted(field)) {
        return Ok(metadata);
    }
    let fields = stored.fields().iter().map(|field| {
        if wanted(field) {
            Arc::new(field.as_ref().clone().with_data_type(dictionary_type()))
        } else {
            Arc::clone(field)
        }
    });
    let schema = Schema::new_with_metadata(fields.collect::<Vec<_>>(), stored.metadata().clone());
    Ok(Arc::new(with_schema(&metadata, &schema)))
}

fn with_schema(metadata: &ParquetMetaData, schema: &Schema) -> ParquetMetaData {
    let file = metadata.file_metadata();
    let mut pairs = file.key_value_metadata().cloned().unwrap_or_default();
    pairs.retain(|pair| pair.key != ARROW_SCHEMA_META_KEY);
    pairs.push(KeyValue::new(
        ARROW_SCHEMA_META_KEY.to_owned(),
        encode_arrow_schema(schema),
    ));
    let file = FileMetaData::new(
        file.version(),
        file.num_rows(),
        file.created_by().map(str::to_owned),
        Some(pairs),
        file.schema_descr_ptr(),
        file.column_orders().cloned(),
    );
    ParquetMetaDataBuilder::new(file)
        .set_row_groups(metadata.row_groups().to_vec())
        .set_column_index(metadata.column_index().cloned())
        .set_offset_index(metadata.offset_index().cloned())
        .build()
}

fn has_small_dictionaries(metadata: &ParquetMetaData, column: &str) -> bool {
    metadata.row_groups().iter().all(|group| {
        let mut chunks = group.columns().iter();
        chunks.any(|chunk| {
            chunk.column_path().parts() == [column] && is_marked_as_text(chunk) && is_small(chunk)
        })
    })
}

/// The reader takes the values of a dictionary for bytes where the file itself does not mark them as text, whatever
/// the stored Arrow schema says, and panics.
fn is_marked_as_text(chunk: &ColumnChunkMetaData) -> bool {
    chunk.column_descr().converted_type() == ConvertedType::UTF8
}

/// Without an offset of its own the dictionary page is at the start, and its size is unknown; such old
/// files are read as text.
fn is_small(chunk: &ColumnChunkMetaData) -> bool {
    chunk
        .dictionary_page_offset()
        .is_some_and(|start| (0..=SMALL).contains(&(chunk.data_page_offset() - start)))
}
