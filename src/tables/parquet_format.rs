//! Parquet as DataFusion reads it, but for statistics without a count of NULLs.
//!
//! The count is optional, and old writers leave it out. The stock reader takes the absence for 0, so that
//! `IS NULL` skips such files and `count(column)` counts their NULLs (trap Y of docs/engine-traps.md). Here the
//! count of the table is unknown then, and row groups are read without these statistics.
//!
//! Retire when: DataFusion is 56 or later, which takes the absence for unknown

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{Result, Statistics};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::file_format::{FileFormat, FileMeta};
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::physical_plan::{FileScanConfig, FileSinkConfig, FileSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::physical_expr::{LexOrdering, LexRequirement};
use datafusion::physical_plan::ExecutionPlan;
use object_store::{ObjectMeta, ObjectStore};
use parquet::file::metadata::ParquetMetaData;

use super::checked_footer::{self, damaged};
use super::parquet_readers::{has_unknown_nulls, local_files, with_readers};
use super::spellings::{self, spelled_as};
use crate::runtime::caught_future;

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
        for object in objects {
            let footer = footer(state, store, object).await?;
            let columns = footer.file_metadata().schema_descr().root_schema();
            spellings::check_repeated(columns.get_fields().iter().map(|column| column.name()))?;
        }
        self.0.infer_schema(state, store, objects).await
    }

    async fn infer_stats(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Statistics> {
        let footer = footer(state, store, object).await?;
        let schema = spelled_as_in(&footer, &table_schema);
        let inferred = self
            .0
            .infer_stats(state, store, Arc::clone(&schema), object);
        let mut statistics = inferred.await?;
        forget_unknown_counts(&mut statistics, &schema, &footer);
        Ok(statistics)
    }

    async fn infer_ordering(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Option<LexOrdering>> {
        footer(state, store, object).await?;
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
        let footer = footer(state, store, object).await?;
        let schema = spelled_as_in(&footer, &table_schema);
        let statistics = self.infer_stats(state, store, Arc::clone(&table_schema), object);
        let statistics = statistics.await?;
        let ordering = if Arc::ptr_eq(&schema, &table_schema) {
            self.infer_ordering(state, store, schema, object).await?
        } else {
            None
        };
        Ok(FileMeta::new(statistics).with_ordering(ordering))
    }

    async fn create_physical_plan(
        &self,
        state: &dyn Session,
        conf: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = local_files(&conf);
        let scan = self.0.create_physical_plan(state, conf).await?;
        Ok(with_readers(state, &scan, files).unwrap_or(scan))
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
///
/// # Errors
/// If it cannot be read, or says what cannot be.
async fn footer(
    state: &dyn Session,
    store: &Arc<dyn ObjectStore>,
    object: &ObjectMeta,
) -> Result<Arc<ParquetMetaData>> {
    let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
    let reader = DFParquetMetadata::new(store.as_ref(), object);
    let reader = reader.with_file_metadata_cache(Some(cache));
    let footer = caught_future(reader.fetch_metadata())
        .await
        .map_err(|_panic| damaged(object, "its footer cannot be decoded"))??;
    checked_footer::check(&footer, object.size).map_err(|problem| damaged(object, &problem))?;
    Ok(footer)
}

fn spelled_as_in(footer: &ParquetMetaData, table: &SchemaRef) -> SchemaRef {
    let columns = footer.file_metadata().schema_descr().root_schema();
    let names = columns.get_fields().iter().map(|column| column.name());
    spelled_as(table, names)
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
