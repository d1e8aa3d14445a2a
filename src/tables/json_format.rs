//! JSON files whose rows are not all lines, or whose values are of several types.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::{Result, Statistics, not_impl_err};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::physical_plan::{FileScanConfig, FileSinkConfig, FileSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::physical_expr::LexRequirement;
use datafusion::physical_plan::ExecutionPlan;
use object_store::{ObjectMeta, ObjectStore};

use crate::json::{JsonRowSource, ListPath};
use crate::text_files::TextEncoding;

/// Reads rows as [`JsonRowSource`] does, and writes lines as the stock format does.
#[derive(Debug)]
pub(super) struct JsonRowFormat {
    pub(super) stock: JsonFormat,
    /// List that holds the rows.
    pub(super) path: ListPath,
    /// Encoding of files without a byte order mark; `None` for UTF-8.
    pub(super) encoding: Option<TextEncoding>,
}

#[async_trait]
impl FileFormat for JsonRowFormat {
    fn get_ext(&self) -> String {
        self.stock.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.stock.get_ext_with_compression(compression)
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        self.stock.compression_type()
    }

    async fn infer_schema(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        objects: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        self.stock.infer_schema(state, store, objects).await
    }

    async fn infer_stats(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Statistics> {
        let statistics = self.stock.infer_stats(state, store, table_schema, object);
        statistics.await
    }

    async fn create_physical_plan(
        &self,
        state: &dyn Session,
        conf: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.stock.create_physical_plan(state, conf).await
    }

    async fn create_writer_physical_plan(
        &self,
        input: Arc<dyn ExecutionPlan>,
        state: &dyn Session,
        conf: FileSinkConfig,
        order: Option<LexRequirement>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !self.path.is_document() {
            return not_impl_err!(
                "INSERT INTO a table whose rows are the list {} of its files: write lines of JSON to a table of \
                 their own",
                self.path
            );
        }
        let writer = self
            .stock
            .create_writer_physical_plan(input, state, conf, order);
        writer.await
    }

    fn file_source(&self, table_schema: TableSchema) -> Arc<dyn FileSource> {
        let source = JsonRowSource::new(table_schema, self.path.clone(), self.encoding);
        Arc::new(source)
    }
}
