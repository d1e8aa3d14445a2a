//! The sink of a `COPY`.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::common::internal_err;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::csv::CsvSink;
use datafusion::datasource::file_format::json::JsonSink;
use datafusion::datasource::file_format::parquet::ParquetSink;
use datafusion::datasource::physical_plan::{FileSink, FileSinkConfig};
use datafusion::datasource::sink::{DataSink, DataSinkExec};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, SessionState, TaskContext};
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType};

use super::arrow_files::ArrowFiles;
use super::folder::TargetFolder;
use super::partition;
use super::rules::FolderMode;
use super::text_files::TextFiles;
use crate::runtime::{ScratchFiles, StagedObjects, with_stores, writing_failed};

/// Writes files that become visible together, after a look at what is there.
pub(super) struct CopySink {
    /// DataFusion's plan of the same `COPY`.
    pub(super) exec: DataSinkExec,
    pub(super) format: Arc<dyn FileFormat>,
    /// Writes CSV and JSON, unless an option asks for DataFusion's own writer.
    pub(super) texts: Option<TextFiles>,
    pub(super) config: FileSinkConfig,
    pub(super) is_file: bool,
    pub(super) mode: FolderMode,
    pub(super) scratch: ScratchFiles,
    pub(super) session: Option<SessionState>,
}

impl fmt::Debug for CopySink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopySink")
            .field("target", &self.config.original_url)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl DisplayAs for CopySink {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.exec.sink().fmt_as(format, f)
    }
}

#[async_trait]
impl DataSink for CopySink {
    fn metrics(&self) -> Option<MetricsSet> {
        self.exec.sink().metrics()
    }

    fn schema(&self) -> &SchemaRef {
        self.exec.sink().schema()
    }

    async fn write_all(
        &self,
        data: SendableRecordBatchStream,
        context: &Arc<TaskContext>,
    ) -> Result<u64> {
        if self.is_file {
            return self.write_file(data, context).await;
        }
        let folder = TargetFolder::open(self, context).await?;
        folder.check().await?;
        let staging = Arc::new(folder.staging()?);
        match self.write(data, context, &staging).await {
            Ok(rows) => folder.commit(staging).await.map(|()| rows),
            Err(error) => {
                staging.abort().await;
                Err(error)
            }
        }
    }
}

impl CopySink {
    async fn write_file(
        &self,
        data: SendableRecordBatchStream,
        context: &Arc<TaskContext>,
    ) -> Result<u64> {
        if let Some(target) = self.local_target() {
            // Before the query runs, and in plain words: the writers below have only texts for it.
            let staged = self.scratch.stage(&target);
            drop(staged.map_err(|error| writing_failed(&target, &error))?);
        }
        let staging = Arc::new(StagedObjects::new(self.scratch.clone()));
        match self.write(data, context, &staging).await {
            Ok(rows) => staging.commit().await.map(|()| rows),
            Err(error) => {
                staging.abort().await;
                Err(error)
            }
        }
    }

    /// The target in the local file system.
    pub(super) fn local_target(&self) -> Option<std::path::PathBuf> {
        let url = self.config.table_paths[0].get_url();
        (url.scheme() == "file").then(|| url.to_file_path().ok())?
    }

    async fn write(
        &self,
        data: SendableRecordBatchStream,
        context: &Arc<TaskContext>,
        staging: &Arc<StagedObjects>,
    ) -> Result<u64> {
        let context = Arc::new(with_stores(context, staging));
        if self.config.table_partition_cols.is_empty() {
            return match &self.texts {
                Some(texts) => FileSink::write_all(texts, data, &context).await,
                None => self.exec.sink().write_all(data, &context).await,
            };
        }
        let arrow = ArrowFiles::new(self.config.clone());
        let stock = self.exec.sink();
        let sink: &dyn FileSink = if let Some(texts) = &self.texts {
            texts
        } else if let Some(parquet) = stock.downcast_ref::<ParquetSink>() {
            parquet
        } else if let Some(csv) = stock.downcast_ref::<CsvSink>() {
            csv
        } else if let Some(json) = stock.downcast_ref::<JsonSink>() {
            json
        } else if self.format.get_ext().ends_with("arrow") {
            &arrow
        } else {
            return internal_err!("no writer of partitions for {}", self.format.get_ext());
        };
        let store = context
            .runtime_env()
            .object_store(&self.config.object_store_url)?;
        let (task, files) = partition::split(&self.config, data, &context);
        let written = sink.spawn_writer_tasks_and_join(&context, task, files, store);
        written.await
    }
}
