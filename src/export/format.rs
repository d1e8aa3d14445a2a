//! A file format of DataFusion's whose sink is ours.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{GetExt, Statistics, internal_datafusion_err, plan_err};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::{FileFormat, FileFormatFactory};
use datafusion::datasource::physical_plan::{
    FileOutputMode, FileScanConfig, FileSinkConfig, FileSource,
};
use datafusion::datasource::sink::DataSinkExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::physical_expr::LexRequirement;
use datafusion::physical_plan::ExecutionPlan;
use object_store::{ObjectMeta, ObjectStore};

use super::rules::{CopyRules, FolderMode, TargetShape};
use super::sink::CopySink;
use super::task::CopyTask;
use super::text_files::TextFiles;
use crate::runtime::{ScratchFiles, WholeSink};

/// Makes the format of one `COPY`.
#[derive(Debug)]
pub(super) struct CopyFormatFactory {
    pub(super) inner: Arc<dyn FileFormatFactory>,
    pub(super) rules: CopyRules,
    pub(super) scratch: ScratchFiles,
}

impl GetExt for CopyFormatFactory {
    fn get_ext(&self) -> String {
        self.inner.get_ext()
    }
}

impl FileFormatFactory for CopyFormatFactory {
    fn create(
        &self,
        state: &dyn Session,
        format_options: &HashMap<String, String>,
    ) -> Result<Arc<dyn FileFormat>> {
        Ok(Arc::new(CopyFormat {
            inner: self.inner.create(state, format_options)?,
            rules: self.rules.clone(),
            scratch: self.scratch.clone(),
        }))
    }

    fn default(&self) -> Arc<dyn FileFormat> {
        self.inner.default()
    }
}

/// The format of one `COPY`.
#[derive(Debug)]
struct CopyFormat {
    inner: Arc<dyn FileFormat>,
    rules: CopyRules,
    scratch: ScratchFiles,
}

impl CopyFormat {
    /// True if one file is written, not a folder.
    fn is_file(&self, config: &mut FileSinkConfig) -> bool {
        let url = &config.table_paths[0];
        config.file_output_mode = match self.rules.shape {
            TargetShape::Said { is_file } => Some(is_file).into(),
            TargetShape::FileUnlessFolder if !url.is_collection() => FileOutputMode::SingleFile,
            _ => config.file_output_mode,
        };
        config.table_partition_cols.is_empty() && config.file_output_mode.single_file_output(url)
    }
}

#[async_trait]
impl FileFormat for CopyFormat {
    fn get_ext(&self) -> String {
        self.inner.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.inner.get_ext_with_compression(compression)
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        self.inner.compression_type()
    }

    async fn infer_schema(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        objects: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        self.inner.infer_schema(state, store, objects).await
    }

    async fn infer_stats(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Statistics> {
        let inner = &self.inner;
        inner.infer_stats(state, store, table_schema, object).await
    }

    async fn create_physical_plan(
        &self,
        state: &dyn Session,
        config: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.inner.create_physical_plan(state, config).await
    }

    async fn create_writer_physical_plan(
        &self,
        input: Arc<dyn ExecutionPlan>,
        state: &dyn Session,
        mut config: FileSinkConfig,
        order: Option<LexRequirement>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let is_file = self.is_file(&mut config);
        if self.rules.is_tsv {
            config.file_extension = config.file_extension.replace("csv", "tsv");
        }
        if is_file && self.rules.mode == FolderMode::Append {
            let target = &config.original_url;
            return plan_err!(
                "APPEND adds files to a folder, and {target} is a file: name a folder, as in 'folder/'"
            );
        }
        let texts = TextFiles::for_format(self.inner.as_ref(), &self.rules, &config);
        let inner = &self.inner;
        let plan = inner
            .create_writer_physical_plan(Arc::clone(&input), state, config.clone(), order.clone())
            .await?;
        let exec = plan
            .downcast_ref::<DataSinkExec>()
            .ok_or_else(|| internal_datafusion_err!("the plan of a COPY is no sink"))?;
        let session = state.as_any().downcast_ref::<SessionState>();
        let sink = CopySink {
            exec: exec.clone(),
            texts,
            task: CopyTask {
                format: Arc::clone(&self.inner),
                config,
                is_file,
                mode: self.rules.mode,
                scratch: self.scratch.clone(),
                session: session.cloned(),
            },
        };
        let sink = Arc::new(WholeSink(Arc::new(sink)));
        Ok(Arc::new(DataSinkExec::new(input, sink, order)))
    }

    fn file_source(&self, table_schema: TableSchema) -> Arc<dyn FileSource> {
        self.inner.file_source(table_schema)
    }
}
