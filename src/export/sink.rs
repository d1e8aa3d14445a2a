//! The sink of a `COPY`.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::common::internal_err;
use datafusion::datasource::file_format::csv::CsvSink;
use datafusion::datasource::file_format::json::JsonSink;
use datafusion::datasource::file_format::parquet::ParquetSink;
use datafusion::datasource::physical_plan::FileSink;
use datafusion::datasource::sink::{DataSink, DataSinkExec};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType};
use futures::{StreamExt, stream};

use super::arrow_files::ArrowFiles;
use super::folder::TargetFolder;
use super::partition;
use super::task::CopyTask;
use super::text_files::TextFiles;
use crate::runtime::{StagedObjects, with_stores, writing_failed};

/// Writes files that become visible together, after a look at what is there.
#[derive(Debug)]
pub(super) struct CopySink {
    pub(super) task: CopyTask,
    /// DataFusion's plan of the same `COPY`.
    pub(super) exec: DataSinkExec,
    /// Writes CSV and JSON, unless an option asks for DataFusion's own writer.
    pub(super) texts: Option<TextFiles>,
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
        if self.task.is_file {
            return self.write_file(data, context).await;
        }
        let folder = TargetFolder::open(&self.task, context).await?;
        folder.check().await?;
        let staging = Arc::new(folder.staging()?);
        match self.write(data, context, &staging).await {
            Ok(rows) => folder.commit(&staging).await.map(|()| rows),
            Err(error) => {
                staging.abort().await;
                Err(staging.cause(error))
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
        if let Some(target) = self.task.local_target() {
            // Before the query runs, and in plain words: the writers below have only texts for it.
            let staged = self.task.scratch.stage(&target);
            drop(staged.map_err(|error| writing_failed(&target, &error))?);
        }
        let staging = Arc::new(StagedObjects::new(self.task.scratch.clone()));
        match self.write(data, context, &staging).await {
            Ok(rows) => staging.commit().await.map(|()| rows),
            Err(error) => {
                staging.abort().await;
                Err(staging.cause(error))
            }
        }
    }

    async fn write(
        &self,
        data: SendableRecordBatchStream,
        context: &Arc<TaskContext>,
        staging: &Arc<StagedObjects>,
    ) -> Result<u64> {
        let context = Arc::new(with_stores(context, staging));
        let keeps_schema = self.task.keeps_schema();
        if self.task.config.table_partition_cols.is_empty() {
            let data = if keeps_schema {
                with_a_batch(data).await?
            } else {
                data
            };
            return match &self.texts {
                Some(texts) => FileSink::write_all(texts, data, &context).await,
                None => self.exec.sink().write_all(data, &context).await,
            };
        }
        let arrow = ArrowFiles::new(self.task.config.clone());
        let stock = self.exec.sink();
        let sink: &dyn FileSink = if let Some(texts) = &self.texts {
            texts
        } else if let Some(parquet) = stock.downcast_ref::<ParquetSink>() {
            parquet
        } else if let Some(csv) = stock.downcast_ref::<CsvSink>() {
            csv
        } else if let Some(json) = stock.downcast_ref::<JsonSink>() {
            json
        } else if self.task.format.get_ext().ends_with("arrow") {
            &arrow
        } else {
            return internal_err!("no writer of partitions for {}", self.task.format.get_ext());
        };
        let store = context
            .runtime_env()
            .object_store(&self.task.config.object_store_url)?;
        let (task, files) = partition::split(&self.task.config, data, &context, keeps_schema);
        let written = sink.spawn_writer_tasks_and_join(&context, task, files, store);
        written.await
    }
}

/// `data`, or a batch of no rows in the place of none: without a batch no file of a folder is begun.
async fn with_a_batch(mut data: SendableRecordBatchStream) -> Result<SendableRecordBatchStream> {
    let schema = data.schema();
    let first = match data.next().await {
        Some(batch) => batch?,
        None => RecordBatch::new_empty(Arc::clone(&schema)),
    };
    let all = stream::iter([Ok(first)]).chain(data);
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, all)))
}
