//! Data files of a Delta table, written to be fast to read.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StructArray, new_null_array};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef};
use datafusion::scalar::ScalarValue;
use delta_kernel::engine::arrow_conversion::TryIntoArrow;
use delta_kernel::expressions::Scalar;
use delta_kernel::transaction::{BoundWriteContext, WriteState};
use delta_kernel::{EngineData, FileMeta, KernelResult};
use delta_kernel_default_engine::build_add_file_metadata;
use delta_kernel_default_engine::parquet::DataFileMetadata;
use delta_kernel_default_engine::stats::FileStatsAccumulator;
use futures::StreamExt;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::AsyncArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use url::Url;
use uuid::Uuid;

use super::errors::kernel_problem;
use super::layout::SortColumn;
use super::log_store::DeltaLocation;
use crate::error::{Error, Result};
use crate::runtime::store_error;

/// Rows of a row group: what a filter can leave out at once. docs/storage.md has the measurements.
const ROW_GROUP_ROWS: usize = 262_144;

/// Rows of a page.
const PAGE_ROWS: usize = 8_192;

/// How the rows of a file are written.
#[derive(Debug, Clone, Default)]
pub(super) struct DataFileLayout {
    /// Columns of the files as the table names them, in order: files of a table with column mapping have other names.
    pub(super) columns: Vec<String>,
    pub(super) sort_columns: Vec<SortColumn>,
    pub(super) bloom_columns: Vec<String>,
}

/// A file that is whole but in no version yet.
#[derive(Debug)]
pub(crate) struct WrittenFile {
    url: Url,
    path: Path,
    size: u64,
    modified: i64,
    statistics: StructArray,
    context: Arc<BoundWriteContext>,
    partition: Vec<ScalarValue>,
    /// Rows in it.
    pub(crate) rows: u64,
}

impl WrittenFile {
    /// Values of its rows in the partition columns.
    pub(crate) fn partition(&self) -> &[ScalarValue] {
        &self.partition
    }

    /// Bytes of it.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The entry of the log for the file, made anew for each attempt to commit.
    pub(super) fn log_entry(&self) -> KernelResult<Box<dyn EngineData>> {
        let meta = FileMeta::new(self.url.clone(), self.modified, self.size);
        let metadata = DataFileMetadata::new(meta, self.statistics.clone());
        build_add_file_metadata(metadata, &self.context)
    }
}

/// Writes one data file.
pub(crate) struct DataFileWriter {
    location: DeltaLocation,
    writer: AsyncArrowWriter<BufWriter>,
    statistics: FileStatsAccumulator,
    context: Arc<BoundWriteContext>,
    schema: SchemaRef,
    columns: Vec<String>,
    url: Url,
    path: Path,
    values: Vec<ScalarValue>,
    rows: u64,
}

impl std::fmt::Debug for DataFileWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DataFileWriter")
            .field("url", &self.url.as_str())
            .finish_non_exhaustive()
    }
}

impl DataFileWriter {
    pub(super) fn try_new(
        location: &DeltaLocation,
        state: &Arc<WriteState>,
        partition: HashMap<String, Scalar>,
        values: &[ScalarValue],
        layout: &DataFileLayout,
    ) -> Result<Self> {
        let problem = |error| kernel_problem(&location.label, error);
        let mut context = state.write_context_builder();
        if !partition.is_empty() {
            context = context.with_partition_values(partition);
        }
        let context = Arc::new(context.build().map_err(problem)?);
        let schema: Schema = context
            .physical_data_schema()
            .as_ref()
            .try_into_arrow()
            .map_err(|error| location.problem(error.to_string()))?;
        let schema = Arc::new(schema);
        if schema.fields().len() != layout.columns.len() {
            return Err(location.problem("its log and its columns do not fit: read it again"));
        }
        let name = format!("part-{}.zstd.parquet", Uuid::new_v4());
        let url = context.write_dir().join(&name);
        let url = url.map_err(|error| location.problem(error.to_string()))?;
        let path = location.store_path(&url)?;
        let target = BufWriter::new(Arc::clone(&location.store), path.clone());
        let properties = properties(&schema, layout);
        let writer = AsyncArrowWriter::try_new(target, Arc::clone(&schema), Some(properties));
        Ok(Self {
            writer: writer.map_err(|error| location.problem(error.to_string()))?,
            statistics: FileStatsAccumulator::new(
                context.stats_columns(),
                context.physical_data_schema(),
            ),
            location: location.clone(),
            context,
            schema,
            columns: layout.columns.clone(),
            url,
            path,
            values: values.to_vec(),
            rows: 0,
        })
    }

    /// Appends rows; `columns` are those of the table's files by name, others are NULL.
    ///
    /// # Errors
    /// If a value does not fit the type of its column, or the store refuses.
    pub(crate) async fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let batch = self.fitted(rows)?;
        let merged = self.statistics.merge(&batch);
        merged.map_err(|error| kernel_problem(&self.location.label, error))?;
        self.rows += batch.num_rows() as u64;
        let written = self.writer.write(&batch).await;
        written.map_err(|error| write_problem(&self.location, error))
    }

    fn fitted(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let fields = self.schema.fields().iter().zip(&self.columns);
        let columns = fields.map(|(field, name)| {
            let Some(column) = rows.column_by_name(name) else {
                return Ok(new_null_array(field.data_type(), rows.num_rows()));
            };
            if column.data_type() == field.data_type() {
                return Ok(Arc::clone(column));
            }
            let options = CastOptions {
                safe: false,
                ..CastOptions::default()
            };
            cast_with_options(column, field.data_type(), &options).map_err(|error| {
                let problem = format!("column {name:?}: {error}");
                Error::location(&self.location.label, problem)
            })
        });
        let columns = columns.collect::<Result<Vec<ArrayRef>>>()?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error| self.location.problem(error.to_string()))
    }

    /// Bytes of the file so far, of which some may still be in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.writer.bytes_written() + self.writer.in_progress_size()
    }

    /// Leaves the file, of which nothing stays in the store.
    pub(crate) async fn abandon(self) {
        self.writer.into_inner().abort().await.ok();
    }

    /// Completes the file. It belongs to no version before it is committed.
    ///
    /// # Errors
    /// If the store refuses.
    pub(crate) async fn finish(mut self) -> Result<WrittenFile> {
        let location = self.location;
        let finished = self.writer.finish().await;
        finished.map_err(|error| write_problem(&location, error))?;
        let meta = location.store.head(&self.path).await;
        let meta = meta.map_err(|error| store_error(&location.label, &error))?;
        let statistics = self.statistics.finish();
        let statistics = statistics.map_err(|error| kernel_problem(&location.label, error))?;
        let statistics =
            statistics.ok_or_else(|| location.problem("an empty file has no place in a table"))?;
        Ok(WrittenFile {
            url: self.url,
            path: self.path,
            size: meta.size,
            modified: meta.last_modified.timestamp_millis(),
            statistics,
            context: self.context,
            partition: self.values,
            rows: self.rows,
        })
    }
}

/// Deletes files that will be in no version; one that cannot be deleted is left for a later clean-up.
pub(super) async fn discard(store: &dyn ObjectStore, files: &[WrittenFile]) {
    let paths: Vec<_> = files.iter().map(|file| Ok(file.path.clone())).collect();
    let deleted = store.delete_stream(futures::stream::iter(paths).boxed());
    deleted.for_each(|_| std::future::ready(())).await;
}

fn write_problem(location: &DeltaLocation, error: parquet::errors::ParquetError) -> Error {
    match error {
        parquet::errors::ParquetError::External(error) => {
            match error.downcast::<object_store::Error>() {
                Ok(error) => store_error(&location.label, &error),
                Err(other) => location.problem(other.to_string()),
            }
        }
        other => location.problem(other.to_string()),
    }
}

fn properties(schema: &Schema, layout: &DataFileLayout) -> WriterProperties {
    let level = ZstdLevel::try_new(3).unwrap_or_default();
    let sorting = layout.sort_columns.iter().filter_map(|sorted| {
        let mut columns = layout.columns.iter();
        let column = columns.position(|column| *column == sorted.name)?;
        Some(SortingColumn {
            column_idx: i32::try_from(column).ok()?,
            descending: sorted.is_descending,
            nulls_first: false,
        })
    });
    let sorting: Vec<SortingColumn> = sorting.collect();
    let builder = WriterProperties::builder()
        .set_created_by(concat!("deskql ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_sorting_columns(Some(sorting).filter(|columns| !columns.is_empty()));
    let builder = with_encodings(builder, schema, layout);
    let in_files = schema.fields().iter().zip(&layout.columns);
    let filtered = in_files.filter(|(_, name)| layout.bloom_columns.contains(name));
    let with_filter =
        |builder, (field, _): (&FieldRef, _)| with_bloom_filter(builder, field.name());
    filtered.fold(builder, with_filter).build()
}

/// Instants and keys have nearly as many values as rows: their dictionaries overflow, and then they are stored
/// as they are. Their differences are small, above all where they are sorted.
fn with_encodings(
    builder: WriterPropertiesBuilder,
    schema: &Schema,
    layout: &DataFileLayout,
) -> WriterPropertiesBuilder {
    let has_many_values = |(field, name): &(&FieldRef, &String)| match field.data_type() {
        DataType::Timestamp(..) => true,
        DataType::Int32 | DataType::Int64 => layout.bloom_columns.contains(name),
        _ => false,
    };
    let columns = schema.fields().iter().zip(&layout.columns);
    let columns = columns.filter(has_many_values);
    columns.fold(builder, |builder, (field, _)| {
        let path = ColumnPath::new(vec![field.name().clone()]);
        builder
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED)
    })
}

fn with_bloom_filter(builder: WriterPropertiesBuilder, column: &str) -> WriterPropertiesBuilder {
    let path = ColumnPath::new(vec![column.to_owned()]);
    builder
        .set_column_bloom_filter_enabled(path.clone(), true)
        .set_column_bloom_filter_fpp(path, 0.01)
}
