//! Row groups, encoded by the workers and later only copied into files.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, TypePtr};

/// Ids that are (nearly) distinct in a row group: a dictionary of them would be as large as the
/// column.
const DISTINCT: &[&str] = &[
    "ticket_id",
    "survey_id",
    "outreach_id",
    "customer_id",
    "merged_into_id",
];

/// Schema of a table and the fixed properties of its files.
#[derive(Clone, Debug)]
pub(super) struct ParquetTableLayout {
    schema: SchemaRef,
    root: TypePtr,
    properties: WriterPropertiesPtr,
}

/// One encoded row group.
pub(super) struct EncodedRowGroup {
    pub(super) rows: usize,
    chunks: Vec<ArrowColumnChunk>,
}

impl ParquetTableLayout {
    /// Layout of batches like `sample`, sorted by the columns `order`.
    pub(super) fn new(sample: &RecordBatch, order: &[&str]) -> Result<Self> {
        let schema = sample.schema();
        let descriptor = ArrowSchemaConverter::new().convert(&schema)?;
        let position = |name: &&str| {
            schema
                .index_of(name)
                .ok()
                .and_then(|i| i32::try_from(i).ok())
        };
        let sorting: Vec<SortingColumn> = order
            .iter()
            .filter_map(position)
            .map(|column_idx| SortingColumn {
                column_idx,
                descending: false,
                nulls_first: false,
            })
            .collect();
        let mut properties = WriterProperties::builder()
            // Without the version of the Parquet library: an upgrade must not change the bytes.
            .set_created_by("deskql generate".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_sorting_columns((!sorting.is_empty()).then_some(sorting));
        for field in schema.fields() {
            let path = ColumnPath::from(field.name().as_str());
            let is_distinct = DISTINCT.contains(&field.name().as_str());
            if is_distinct || matches!(field.data_type(), DataType::Timestamp(..)) {
                properties = properties
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
            }
        }
        Ok(Self {
            root: descriptor.root_schema_ptr(),
            properties: Arc::new(properties.build()),
            schema,
        })
    }

    /// Writer of a file of this table.
    pub(super) fn writer<W: std::io::Write + Send>(
        &self,
        sink: W,
    ) -> Result<SerializedFileWriter<W>> {
        SerializedFileWriter::new(sink, Arc::clone(&self.root), Arc::clone(&self.properties))
    }

    /// Encodes and compresses `batch` as one row group.
    pub(super) fn encode(&self, batch: &RecordBatch) -> Result<EncodedRowGroup> {
        let writer = self.writer(std::io::sink())?;
        let factory = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&self.schema));
        let columns = self.schema.fields().iter().zip(batch.columns());
        let chunks = factory
            .create_column_writers(0)?
            .into_iter()
            .zip(columns)
            .map(|(mut writer, (field, array))| {
                for leaf in compute_leaves(field, array)? {
                    writer.write(&leaf)?;
                }
                writer.close()
            })
            .collect::<Result<_>>()?;
        Ok(EncodedRowGroup {
            rows: batch.num_rows(),
            chunks,
        })
    }
}

impl EncodedRowGroup {
    /// Copies the row group into a file.
    pub(super) fn append_to<W: std::io::Write + Send>(
        self,
        writer: &mut SerializedFileWriter<W>,
    ) -> Result<(), ParquetError> {
        let mut group = writer.next_row_group()?;
        for chunk in self.chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close().map(drop)
    }
}
