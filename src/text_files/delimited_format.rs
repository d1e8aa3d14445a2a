//! DataFusion's CSV format over checked text.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::config::CsvOptions;
use datafusion::common::{Result, Statistics, internal_err};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::physical_plan::{
    CsvSource, FileScanConfig, FileScanConfigBuilder, FileSinkConfig, FileSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::physical_expr::LexRequirement;
use datafusion::physical_plan::ExecutionPlan;
use object_store::{ObjectMeta, ObjectStore};

use super::delimited_source::DelimitedSource;
use super::form::TextForm;

/// The stock format, whose files are read as the text that a [`TextForm`] makes of them.
#[derive(Debug)]
pub(crate) struct DelimitedFormat {
    csv: CsvFormat,
    form: TextForm,
}

impl DelimitedFormat {
    pub(crate) fn new(options: CsvOptions, form: TextForm) -> Self {
        let csv = CsvFormat::default().with_options(options);
        Self { csv, form }
    }
}

#[async_trait]
impl FileFormat for DelimitedFormat {
    fn get_ext(&self) -> String {
        self.csv.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.csv.get_ext_with_compression(compression)
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        self.csv.compression_type()
    }

    async fn infer_schema(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        objects: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        self.csv.infer_schema(state, store, objects).await
    }

    async fn infer_stats(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Statistics> {
        self.csv
            .infer_stats(state, store, table_schema, object)
            .await
    }

    async fn create_physical_plan(
        &self,
        state: &dyn Session,
        conf: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(source) = conf.file_source.downcast_ref::<DelimitedSource>() else {
            return internal_err!("the source of a CSV scan is another's");
        };
        let catalog = &state.config_options().catalog;
        let mut options = self.csv.options().clone();
        options.has_header.get_or_insert(catalog.has_header);
        options
            .newlines_in_values
            .get_or_insert(catalog.newlines_in_values);
        let compression = options.compression.into();
        let source = Arc::new(source.with_options(options));
        let config = FileScanConfigBuilder::from(conf)
            .with_file_compression_type(compression)
            .with_source(source)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    async fn create_writer_physical_plan(
        &self,
        input: Arc<dyn ExecutionPlan>,
        state: &dyn Session,
        conf: FileSinkConfig,
        order: Option<LexRequirement>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.csv
            .create_writer_physical_plan(input, state, conf, order)
            .await
    }

    fn file_source(&self, table_schema: TableSchema) -> Arc<dyn FileSource> {
        let mut options = self.csv.options().clone();
        options.has_header.get_or_insert(true);
        let csv = CsvSource::new(table_schema).with_csv_options(options);
        Arc::new(DelimitedSource::new(csv, self.form.clone()))
    }
}
