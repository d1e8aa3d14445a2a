//! Reads JSON files of any shape as record batches.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::ReaderBuilder;
use datafusion::arrow::json::reader::Decoder;
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileOpenFuture, FileOpener, FileScanConfig, FileSource,
};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::DataFusionError;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_plan::PhysicalExpr;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::path::Path;

use super::values::TypedObject;
use super::{JsonProblem, JsonText, ListPath, NOT_UTF8, RowSplitter};
use crate::error::Error;
use crate::text_files::{TextEncoding, TextProblem};

/// Scan of files whose rows are found by a [`RowSplitter`]. A file is read from its begin to its end: only lines
/// could be cut anywhere.
#[derive(Debug, Clone)]
pub(crate) struct JsonRowSource {
    table_schema: TableSchema,
    path: ListPath,
    encoding: Option<TextEncoding>,
    batch_size: usize,
    metrics: ExecutionPlanMetricsSet,
    projection: SplitProjection,
}

impl JsonRowSource {
    pub(crate) fn new(
        table_schema: TableSchema,
        path: ListPath,
        encoding: Option<TextEncoding>,
    ) -> Self {
        Self {
            projection: SplitProjection::unprojected(&table_schema),
            table_schema,
            path,
            encoding,
            batch_size: 8192,
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    /// Path of the list that holds the rows.
    pub(crate) fn list_path(&self) -> &ListPath {
        &self.path
    }

    /// Encoding of files without a byte order mark; `None` for UTF-8.
    pub(crate) fn encoding(&self) -> Option<TextEncoding> {
        self.encoding
    }
}

impl FileSource for JsonRowSource {
    fn create_file_opener(
        &self,
        object_store: Arc<dyn ObjectStore>,
        base_config: &FileScanConfig,
        _partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let file_schema = self.table_schema.file_schema();
        let opener: Arc<dyn FileOpener> = Arc::new(JsonRowOpener {
            store: object_store,
            schema: Arc::new(file_schema.project(&self.projection.file_indices)?),
            path: self.path.clone(),
            encoding: self.encoding,
            batch_size: self.batch_size,
            compression: base_config.file_compression_type,
        });
        ProjectionOpener::try_new(self.projection.clone(), opener, file_schema)
    }

    fn table_schema(&self) -> &TableSchema {
        &self.table_schema
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        Arc::new(Self {
            batch_size,
            ..self.clone()
        })
    }

    fn try_pushdown_projection(
        &self,
        projection: &ProjectionExprs,
    ) -> Result<Option<Arc<dyn FileSource>>> {
        let merged = self.projection.source.try_merge(projection)?;
        Ok(Some(Arc::new(Self {
            projection: SplitProjection::new(self.table_schema.file_schema(), &merged),
            ..self.clone()
        })))
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        Some(&self.projection.source)
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        &self.metrics
    }

    fn file_type(&self) -> &'static str {
        "json rows"
    }

    fn supports_repartitioning(&self) -> bool {
        false
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let mut recursion = TreeNodeRecursion::Continue;
        for projected in self.projection.source.iter() {
            recursion = f(&projected.expr)?;
            if recursion == TreeNodeRecursion::Stop {
                break;
            }
        }
        Ok(recursion)
    }
}

struct JsonRowOpener {
    store: Arc<dyn ObjectStore>,
    schema: SchemaRef,
    path: ListPath,
    encoding: Option<TextEncoding>,
    batch_size: usize,
    compression: FileCompressionType,
}

impl FileOpener for JsonRowOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let reader = BatchReader::try_new(self, &file.object_meta.location);
        let (store, compression) = (Arc::clone(&self.store), self.compression);
        let encoding = self.encoding;
        Ok(Box::pin(async move {
            let location = &file.object_meta.location;
            let text = JsonText::open(store.as_ref(), location, compression, encoding).await?;
            Ok(batches(text.chunks, reader?))
        }))
    }
}

fn batches(
    chunks: BoxStream<'static, Result<Bytes>>,
    reader: BatchReader,
) -> BoxStream<'static, Result<RecordBatch>> {
    let chunks = chunks.map_ok(Some).chain(futures::stream::iter([Ok(None)]));
    let read = chunks.scan(reader, |reader, chunk| {
        let batches = match chunk {
            Ok(chunk) => reader.feed(chunk.as_deref()),
            Err(error) => Err(reader.unreadable(error)),
        };
        let batches: Vec<Result<RecordBatch>> = match batches {
            Ok(batches) => batches.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        std::future::ready(Some(futures::stream::iter(batches)))
    });
    read.flatten().boxed()
}

/// Turns the chunks of one file into batches.
struct BatchReader {
    splitter: RowSplitter,
    rows: RowBuffer,
    /// The file, for messages.
    name: String,
}

struct RowBuffer {
    decoder: Decoder,
    schema: SchemaRef,
    batch_size: usize,
    rows: usize,
    batches: Vec<RecordBatch>,
}

impl BatchReader {
    fn try_new(opener: &JsonRowOpener, file: &Path) -> Result<Self> {
        let decoder = ReaderBuilder::new(Arc::clone(&opener.schema))
            .with_batch_size(opener.batch_size)
            .build_decoder()?;
        Ok(Self {
            splitter: RowSplitter::new(opener.path.clone()),
            rows: RowBuffer {
                decoder,
                schema: Arc::clone(&opener.schema),
                batch_size: opener.batch_size,
                rows: 0,
                batches: Vec::new(),
            },
            name: file.filename().unwrap_or_default().to_owned(),
        })
    }

    /// Batches that are complete with `chunk`; without one, the rest.
    fn feed(&mut self, chunk: Option<&[u8]>) -> Result<Vec<RecordBatch>> {
        let rows = &mut self.rows;
        let fed = match chunk {
            Some(bytes) => self.splitter.feed(bytes, |row, line| rows.add(row, line)),
            None => self.splitter.finish(),
        };
        fed.map_err(|problem| self.placed(&problem))?;
        if chunk.is_none() {
            self.rows.flush()?;
        }
        Ok(std::mem::take(&mut self.rows.batches))
    }

    /// Names the file of a text that is not of its encoding.
    fn unreadable(&self, error: DataFusionError) -> DataFusionError {
        match TextProblem::among_causes(&error) {
            Some(problem) => Error::location(&self.name, problem.to_string()).into(),
            None => error,
        }
    }

    fn placed(&self, problem: &JsonProblem) -> DataFusionError {
        let JsonProblem { line, what } = problem;
        DataFusionError::Execution(format!("{what} ({}, line {line})", self.name))
    }
}

impl RowBuffer {
    fn add(&mut self, row: &[u8], line: u64) -> Result<(), JsonProblem> {
        let problem = |error: &ArrowError| {
            let text = match error {
                ArrowError::JsonError(text) => text.clone(),
                other => other.to_string(),
            };
            JsonProblem::new(line, text)
        };
        // A count needs no field: the decoder would lose the number of rows.
        if !self.schema.fields().is_empty() {
            let Ok(text) = std::str::from_utf8(row) else {
                return Err(JsonProblem::new(line, NOT_UTF8));
            };
            let object = TypedObject {
                text,
                fields: self.schema.fields(),
            };
            let read = self.decoder.serialize(&[object]);
            read.map_err(|error| problem(&error))?;
        }
        self.rows += 1;
        if self.rows >= self.batch_size {
            self.flush().map_err(|error| problem(&error))?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        if rows > 0 && self.schema.fields().is_empty() {
            let options = RecordBatchOptions::new().with_row_count(Some(rows));
            let schema = Arc::clone(&self.schema);
            let batch = RecordBatch::try_new_with_options(schema, Vec::new(), &options)?;
            self.batches.push(batch);
        } else {
            self.batches.extend(self.decoder.flush()?);
        }
        Ok(())
    }
}
