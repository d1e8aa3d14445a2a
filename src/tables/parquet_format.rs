//! Parquet as DataFusion reads it, but for statistics without a count of NULLs.
//!
//! The count is optional, and old writers leave it out. The stock reader takes the absence for 0, so that
//! `IS NULL` skips such files and `count(column)` counts their NULLs (trap Y of docs/engine-traps.md). Here the
//! count of the table is unknown then, and row groups are read without these statistics.
//!
//! Retire when: DataFusion is 56 or later, which takes the absence for unknown

use std::any::Any;
use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use bytes::Bytes;
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{Result, Statistics};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::file_format::{FileFormat, FileMeta};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::ParquetFileReaderFactory;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::physical_plan::{
    FileScanConfig, FileScanConfigBuilder, FileSinkConfig, FileSource, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::physical_expr::{LexOrdering, LexRequirement};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::FutureExt;
use futures::future::BoxFuture;
use object_store::{ObjectMeta, ObjectStore};
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

/// The stock format, for which a missing count of NULLs is unknown.
pub(super) struct NullSafeParquetFormat(pub(super) ParquetFormat);

impl fmt::Debug for NullSafeParquetFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[async_trait]
impl FileFormat for NullSafeParquetFormat {
    fn get_ext(&self) -> String {
        self.0.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.0.get_ext_with_compression(compression)
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        self.0.compression_type()
    }

    async fn infer_schema(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        objects: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        self.0.infer_schema(state, store, objects).await
    }

    async fn infer_stats(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Statistics> {
        let schema = Arc::clone(&table_schema);
        let inferred = self.0.infer_stats(state, store, schema, object);
        let mut statistics = inferred.await?;
        let footer = footer(state, store, object).await?;
        forget_unknown_counts(&mut statistics, &table_schema, &footer);
        Ok(statistics)
    }

    async fn infer_ordering(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Option<LexOrdering>> {
        let ordering = self.0.infer_ordering(state, store, table_schema, object);
        ordering.await
    }

    async fn infer_stats_and_ordering(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<FileMeta> {
        let schema = Arc::clone(&table_schema);
        let inferred = self
            .0
            .infer_stats_and_ordering(state, store, schema, object);
        let mut inferred = inferred.await?;
        let footer = footer(state, store, object).await?;
        forget_unknown_counts(&mut inferred.statistics, &table_schema, &footer);
        Ok(inferred)
    }

    async fn create_physical_plan(
        &self,
        state: &dyn Session,
        conf: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let scan = self.0.create_physical_plan(state, conf).await?;
        Ok(with_null_safe_readers(&scan).unwrap_or(scan))
    }

    async fn create_writer_physical_plan(
        &self,
        input: Arc<dyn ExecutionPlan>,
        state: &dyn Session,
        conf: FileSinkConfig,
        order: Option<LexRequirement>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let writer = self
            .0
            .create_writer_physical_plan(input, state, conf, order);
        writer.await
    }

    fn file_source(&self, table_schema: TableSchema) -> Arc<dyn FileSource> {
        self.0.file_source(table_schema)
    }
}

/// The footer of `object`, which is in the session's cache once its statistics have been inferred.
async fn footer(
    state: &dyn Session,
    store: &Arc<dyn ObjectStore>,
    object: &ObjectMeta,
) -> Result<Arc<ParquetMetaData>> {
    let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
    let reader = DFParquetMetadata::new(store.as_ref(), object);
    reader
        .with_file_metadata_cache(Some(cache))
        .fetch_metadata()
        .await
}

fn has_unknown_nulls(chunk: &ColumnChunkMetaData) -> bool {
    let statistics = chunk.statistics();
    statistics.is_some_and(|known| known.null_count_opt().is_none())
}

fn forget_unknown_counts(
    statistics: &mut Statistics,
    schema: &SchemaRef,
    footer: &ParquetMetaData,
) {
    let chunks = footer
        .row_groups()
        .iter()
        .flat_map(parquet::file::metadata::RowGroupMetaData::columns);
    let unknown = chunks.filter(|chunk| has_unknown_nulls(chunk));
    let unknown: HashSet<&str> = unknown
        .filter_map(|chunk| chunk.column_path().parts().first())
        .map(String::as_str)
        .collect();
    let columns = schema
        .fields()
        .iter()
        .zip(&mut statistics.column_statistics);
    for (field, column) in columns {
        if unknown.contains(field.name().as_str()) {
            column.null_count = Precision::Absent;
        }
    }
}

/// `scan` with readers whose footers have no statistics without a count of NULLs.
fn with_null_safe_readers(scan: &Arc<dyn ExecutionPlan>) -> Option<Arc<dyn ExecutionPlan>> {
    let exec = (scan.as_ref() as &dyn Any).downcast_ref::<DataSourceExec>()?;
    let (config, source) = exec.downcast_to_file_source::<ParquetSource>()?;
    let inner = Arc::clone(source.parquet_file_reader_factory()?);
    let source = source
        .clone()
        .with_parquet_file_reader_factory(Arc::new(NullSafeReaders(inner)));
    let config = FileScanConfigBuilder::from(config.clone()).with_source(Arc::new(source));
    Some(DataSourceExec::from_data_source(config.build()))
}

#[derive(Debug)]
struct NullSafeReaders(Arc<dyn ParquetFileReaderFactory>);

impl ParquetFileReaderFactory for NullSafeReaders {
    fn create_reader(
        &self,
        partition_index: usize,
        file: PartitionedFile,
        metadata_size_hint: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let reader = self
            .0
            .create_reader(partition_index, file, metadata_size_hint, metrics)?;
        Ok(Box::new(NullSafeReader(reader)))
    }
}

struct NullSafeReader(Box<dyn AsyncFileReader + Send>);

impl AsyncFileReader for NullSafeReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        self.0.get_bytes(range)
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        self.0.get_byte_ranges(ranges)
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        async move {
            let footer = self.0.get_metadata(options).await?;
            without_unknown_counts(footer)
        }
        .boxed()
    }
}

fn without_unknown_counts(
    footer: Arc<ParquetMetaData>,
) -> parquet::errors::Result<Arc<ParquetMetaData>> {
    let groups = footer.row_groups();
    if !groups
        .iter()
        .any(|group| group.columns().iter().any(has_unknown_nulls))
    {
        return Ok(footer);
    }
    let groups = groups.iter().map(|group| {
        let columns = group.columns().iter().map(|chunk| {
            if has_unknown_nulls(chunk) {
                chunk.clone().into_builder().clear_statistics().build()
            } else {
                Ok(chunk.clone())
            }
        });
        let columns = columns.collect::<parquet::errors::Result<_>>()?;
        let group = group.clone().into_builder();
        group.set_column_metadata(columns).build()
    });
    let groups = groups.collect::<parquet::errors::Result<_>>()?;
    let rebuilt = ParquetMetaData::clone(&footer).into_builder();
    Ok(Arc::new(rebuilt.set_row_groups(groups).build()))
}
