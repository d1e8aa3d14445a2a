//! Arrow files of partitions: DataFusion's own sink of them is not public.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::FileWriter;
use async_trait::async_trait;
use datafusion::common::runtime::{JoinSet, SpawnedTask};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::write::demux::DemuxedStreamReceiver;
use datafusion::datasource::file_format::write::{ObjectWriterBuilder, get_writer_schema};
use datafusion::datasource::physical_plan::{FileSink, FileSinkConfig};
use datafusion::datasource::sink::DataSink;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType};
use object_store::ObjectStore;
use object_store::path::Path;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc::Receiver;

/// Sink of Arrow IPC files.
#[derive(Debug)]
pub(super) struct ArrowFiles {
    config: FileSinkConfig,
    schema: SchemaRef,
}

impl ArrowFiles {
    pub(super) fn new(config: FileSinkConfig) -> Self {
        Self {
            schema: get_writer_schema(&config),
            config,
        }
    }
}

impl DisplayAs for ArrowFiles {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ArrowFiles")
    }
}

#[async_trait]
impl DataSink for ArrowFiles {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    async fn write_all(
        &self,
        data: SendableRecordBatchStream,
        context: &Arc<TaskContext>,
    ) -> Result<u64> {
        FileSink::write_all(self, data, context).await
    }
}

#[async_trait]
impl FileSink for ArrowFiles {
    fn config(&self) -> &FileSinkConfig {
        &self.config
    }

    async fn spawn_writer_tasks_and_join(
        &self,
        _context: &Arc<TaskContext>,
        demux_task: SpawnedTask<Result<()>>,
        mut file_stream_rx: DemuxedStreamReceiver,
        object_store: Arc<dyn ObjectStore>,
    ) -> Result<u64> {
        let mut writers = JoinSet::new();
        while let Some((path, batches)) = file_stream_rx.recv().await {
            let (store, schema) = (Arc::clone(&object_store), Arc::clone(&self.schema));
            writers.spawn(async move { write_file(&path, batches, store, &schema).await });
        }
        let joined = |error| DataFusionError::ExecutionJoin(Box::new(error));
        let mut rows = 0;
        while let Some(written) = writers.join_next().await {
            rows += written.map_err(joined)??;
        }
        demux_task.join_unwind().await.map_err(joined)??;
        Ok(rows)
    }
}

async fn write_file(
    path: &Path,
    mut batches: Receiver<RecordBatch>,
    store: Arc<dyn ObjectStore>,
    schema: &SchemaRef,
) -> Result<u64> {
    let plain = FileCompressionType::UNCOMPRESSED;
    let mut out = ObjectWriterBuilder::new(plain, path, store).build()?;
    let mut file = FileWriter::try_new(Vec::new(), schema)?;
    let mut rows = 0;
    while let Some(batch) = batches.recv().await {
        rows += batch.num_rows() as u64;
        file.write(&batch)?;
        out.write_all(&std::mem::take(file.get_mut())).await?;
    }
    file.finish()?;
    out.write_all(file.get_ref()).await?;
    out.shutdown().await?;
    Ok(rows)
}
