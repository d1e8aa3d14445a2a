//! CSV and JSON of a `COPY`, in the same bytes as results in those formats.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use bytes::Bytes;
use datafusion::common::config::CsvOptions;
use datafusion::common::parsers::{CompressionTypeVariant, CsvQuoteStyle};
use datafusion::common::runtime::{JoinSet, SpawnedTask};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::write::demux::DemuxedStreamReceiver;
use datafusion::datasource::file_format::write::orchestration::spawn_writer_tasks_and_join;
use datafusion::datasource::file_format::write::{BatchSerializer, get_writer_schema};
use datafusion::datasource::physical_plan::{FileSink, FileSinkConfig};
use datafusion::datasource::sink::DataSink;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType};
use object_store::ObjectStore;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::rules::CopyRules;
use crate::encoding::{CsvDialect, json_lines, json_rows};

/// Sink of text files.
#[derive(Debug)]
pub(super) struct TextFiles {
    config: FileSinkConfig,
    /// Without the partition columns.
    schema: SchemaRef,
    encoder: TextEncoder,
    compression: CompressionTypeVariant,
    level: Option<u32>,
}

#[derive(Debug, Clone)]
enum TextEncoder {
    Csv {
        dialect: CsvDialect,
        has_header: bool,
    },
    JsonLines,
    JsonArray,
}

impl TextFiles {
    /// The sink for `format`, unless it is binary or has an option that only DataFusion's writer knows.
    pub(super) fn for_format(
        format: &dyn FileFormat,
        rules: &CopyRules,
        config: &FileSinkConfig,
    ) -> Option<Self> {
        let (encoder, compression, level) = if let Some(csv) = format.downcast_ref::<CsvFormat>() {
            let options = csv.options();
            let has_header = options.has_header.unwrap_or(true);
            let dialect = dialect(options, rules)?;
            let encoder = TextEncoder::Csv {
                dialect,
                has_header,
            };
            (encoder, options.compression, options.compression_level)
        } else {
            let options = format.downcast_ref::<JsonFormat>()?.options();
            let encoder = if rules.is_array {
                TextEncoder::JsonArray
            } else {
                TextEncoder::JsonLines
            };
            (encoder, options.compression, options.compression_level)
        };
        Some(Self {
            schema: get_writer_schema(config),
            config: config.clone(),
            encoder,
            compression,
            level,
        })
    }
}

fn dialect(options: &CsvOptions, rules: &CopyRules) -> Option<CsvDialect> {
    let is_plain = options.quote_style == CsvQuoteStyle::Necessary
        && options.terminator.is_none()
        && options.ignore_leading_whitespace.is_none()
        && options.ignore_trailing_whitespace.is_none()
        && options.double_quote.is_none();
    if !is_plain {
        return None;
    }
    Some(CsvDialect {
        delimiter: options.delimiter,
        quote: options.quote,
        escape: rules.escape.or(options.escape).unwrap_or(options.quote),
        null: options.null_value.clone().unwrap_or_default(),
        quoted: rules.quoted.clone(),
        date_format: options.date_format.clone(),
        timestamp_format: options
            .timestamp_format
            .clone()
            .or_else(|| options.datetime_format.clone()),
        timestamp_tz_format: options.timestamp_tz_format.clone(),
        time_format: options.time_format.clone(),
    })
}

impl DisplayAs for TextFiles {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextFiles")
    }
}

#[async_trait]
impl DataSink for TextFiles {
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
impl FileSink for TextFiles {
    fn config(&self) -> &FileSinkConfig {
        &self.config
    }

    async fn spawn_writer_tasks_and_join(
        &self,
        context: &Arc<TaskContext>,
        demux_task: SpawnedTask<Result<()>>,
        file_stream_rx: DemuxedStreamReceiver,
        object_store: Arc<dyn ObjectStore>,
    ) -> Result<u64> {
        // Dropped, and so ended, when everything is written.
        let (_marking, files) = match self.encoder {
            TextEncoder::JsonArray => {
                let (task, files) = with_end_marks(file_stream_rx);
                (Some(task), files)
            }
            TextEncoder::Csv { .. } | TextEncoder::JsonLines => (None, file_stream_rx),
        };
        let serializer = TextSerializer {
            schema: Arc::clone(&self.schema),
            encoder: self.encoder.clone(),
        };
        spawn_writer_tasks_and_join(
            context,
            Arc::new(serializer),
            self.compression.into(),
            self.level,
            object_store,
            demux_task,
            files,
        )
        .await
    }
}

/// Sends an empty batch at the end of each file, since a serializer is not told of the end.
fn with_end_marks(mut files: DemuxedStreamReceiver) -> (SpawnedTask<()>, DemuxedStreamReceiver) {
    let (marked, receiver) = mpsc::unbounded_channel();
    let task = SpawnedTask::spawn(async move {
        let mut all = JoinSet::new();
        while let Some((path, batches)) = files.recv().await {
            let (sender, receiver) = mpsc::channel(1);
            if marked.send((path, receiver)).is_err() {
                return;
            }
            all.spawn(with_end_mark(batches, sender));
        }
        drop(marked);
        while all.join_next().await.is_some() {}
    });
    (task, receiver)
}

async fn with_end_mark(mut batches: Receiver<RecordBatch>, sender: Sender<RecordBatch>) {
    let mut end: Option<RecordBatch> = None;
    while let Some(batch) = batches.recv().await {
        end = Some(batch.slice(0, 0));
        if batch.num_rows() > 0 && sender.send(batch).await.is_err() {
            return;
        }
    }
    if let Some(end) = end {
        sender.send(end).await.ok();
    }
}

struct TextSerializer {
    schema: SchemaRef,
    encoder: TextEncoder,
}

impl BatchSerializer for TextSerializer {
    fn serialize(&self, batch: RecordBatch, initial: bool) -> Result<Bytes> {
        let mut out = Vec::new();
        match &self.encoder {
            TextEncoder::Csv {
                dialect,
                has_header,
            } => {
                let fields = self.schema.fields();
                if initial && *has_header {
                    dialect.push_header(fields, &mut out);
                }
                dialect.push_rows(&batch, fields, &mut out)?;
            }
            TextEncoder::JsonLines => out = json_lines(&batch)?,
            TextEncoder::JsonArray => {
                out.extend_from_slice(if initial { b"[" } else { b"" });
                if batch.num_rows() == 0 {
                    out.extend_from_slice(b"\n]\n");
                } else {
                    out.extend_from_slice(if initial { b"\n" } else { b",\n" });
                    out.extend(json_rows(&batch)?);
                }
            }
        }
        Ok(Bytes::from(out))
    }
}
