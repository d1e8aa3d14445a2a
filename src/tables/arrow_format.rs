//! Arrow IPC as DataFusion reads it, but a damaged file is not taken for a stream.
//!
//! The stock format reads a file that begins with ARROW1 as a stream if its footer cannot be decoded: the first bytes
//! are then the length of a message of a gigabyte and more.

use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use arrow::ipc::{Block, convert, root_as_footer};
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{Result, Statistics};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::physical_plan::{FileScanConfig, FileSinkConfig, FileSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::DataFusionError;
use datafusion::physical_expr::LexRequirement;
use datafusion::physical_plan::ExecutionPlan;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use super::spellings;
use crate::error::Error;
use crate::runtime::{caught, caught_future};

const MAGIC: &[u8] = b"ARROW1";

/// Bytes at the end of a file: the length of the footer and the magic.
const TAIL: u64 = 10;

/// The stock format, which decodes the footers of files itself.
#[derive(Debug)]
pub(super) struct CheckedArrowFormat(pub(super) ArrowFormat);

#[async_trait]
impl FileFormat for CheckedArrowFormat {
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
        let mut schemas = Vec::new();
        for object in objects {
            let schema = match schema_of_file(store.as_ref(), object).await? {
                Some(schema) => schema,
                None => {
                    let one = std::slice::from_ref(object);
                    let inferred = self.0.infer_schema(state, store, one);
                    let inferred = caught_future(inferred).await;
                    let undecodable = "its schema cannot be decoded";
                    inferred.map_err(|_panic| damaged(undecodable))?.map_err(
                        |error| match error {
                            DataFusionError::ObjectStore(_) => error,
                            _ => damaged(undecodable),
                        },
                    )?
                }
            };
            let names = schema.fields().iter().map(|field| field.name().as_str());
            spellings::check_repeated(names)?;
            schemas.push(Arc::unwrap_or_clone(schema));
        }
        Ok(Arc::new(Schema::try_merge(schemas)?))
    }

    async fn infer_stats(
        &self,
        state: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Statistics> {
        let statistics = self.0.infer_stats(state, store, table_schema, object);
        statistics.await
    }

    async fn create_physical_plan(
        &self,
        state: &dyn Session,
        conf: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.0.create_physical_plan(state, conf).await
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

/// Schema in the footer of a file; `None` for a stream, which has none.
async fn schema_of_file(store: &dyn ObjectStore, object: &ObjectMeta) -> Result<Option<SchemaRef>> {
    let read = |range: Range<u64>| store.get_range(&object.location, range);
    let start = read(0..object.size.min(8)).await?;
    if !start.starts_with(MAGIC) {
        let length = start.get(..4).and_then(|bytes| bytes.try_into().ok());
        let length = length.map(u32::from_le_bytes);
        // A stream begins with a mark, old ones with the length of the first message.
        let is_stream =
            length.is_some_and(|length| length == u32::MAX || u64::from(length) <= object.size);
        return if is_stream {
            Ok(None)
        } else {
            Err(Error::location(name(object), "not an Arrow file or stream").into())
        };
    }
    let tail_start = object.size.saturating_sub(TAIL);
    let tail = read(tail_start..object.size).await?;
    let length = tail.get(..4).and_then(|bytes| bytes.try_into().ok());
    let length = u64::from(length.map_or(0, u32::from_le_bytes));
    let footer_start = tail_start.checked_sub(length);
    let (Some(footer_start), true) = (footer_start, length > 0 && tail.ends_with(MAGIC)) else {
        return Err(damaged("cut off"));
    };
    let footer = read(footer_start..tail_start).await?;
    let decoded = caught(|| decode(&footer, object.size));
    let schema = decoded.map_err(|_panic| damaged("its footer cannot be decoded"))?;
    schema.map(Some).map_err(|problem| damaged(&problem))
}

/// Decodes a footer, whose blocks must lie in the file of `size` bytes.
fn decode(footer: &[u8], size: u64) -> Result<SchemaRef, String> {
    let footer =
        root_as_footer(footer).map_err(|_error| "its footer cannot be decoded".to_owned())?;
    let is_inside = |block: &Block| {
        let parts = [
            block.offset(),
            i64::from(block.metaDataLength()),
            block.bodyLength(),
        ];
        let end = parts.iter().try_fold(0_u64, |end, part| {
            end.checked_add(u64::try_from(*part).ok()?)
        });
        end.is_some_and(|end| end <= size)
    };
    let blocks = footer.dictionaries().into_iter().flatten();
    let mut blocks = blocks.chain(footer.recordBatches().into_iter().flatten());
    if !blocks.all(is_inside) {
        return Err("it refers to places outside of the file".to_owned());
    }
    let schema = footer.schema().ok_or("it has no schema")?;
    Ok(Arc::new(convert::fb_to_schema(schema)))
}

fn name(object: &ObjectMeta) -> &str {
    object.location.filename().unwrap_or_default()
}

fn damaged(problem: &str) -> DataFusionError {
    Error::location("Arrow file", format!("damaged, copy it again ({problem})")).into()
}
