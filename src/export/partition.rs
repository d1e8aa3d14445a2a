//! Rows by partition: `key=value/` folders that Hive, Spark, DuckDB and deskql read.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{DataType, FieldRef, SchemaRef};
use arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{exec_datafusion_err, not_impl_err};
use datafusion::datasource::file_format::write::demux::DemuxedStreamReceiver;
use datafusion::datasource::physical_plan::FileSinkConfig;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use futures::StreamExt;
use object_store::path::Path;
use tokio::sync::mpsc::{self, Sender, UnboundedSender};

use crate::encoding::text_column;

/// The folder of rows whose value is NULL.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// Splits `data` into one file for each combination of the partition columns' values. Without a row, a file of none
/// in the folders of NULL says which columns there are, if `keeps_schema`.
pub(super) fn split(
    config: &FileSinkConfig,
    data: SendableRecordBatchStream,
    context: &Arc<TaskContext>,
    keeps_schema: bool,
) -> (SpawnedTask<Result<()>>, DemuxedStreamReceiver) {
    let (files, receiver) = mpsc::unbounded_channel();
    let options = &context.session_config().options().execution;
    let columns = config.table_partition_cols.iter();
    let splitter = PartitionSplitter {
        columns: columns.map(|(name, _)| name.clone()).collect(),
        keeps_columns: config.keep_partition_by_columns,
        keeps_schema,
        root: config.table_paths[0].prefix().clone(),
        file: format!("{}.{}", file_stem(context), config.file_extension),
        buffered: options.max_buffered_batches_per_output_file.get(),
        files,
        converter: None,
        open: HashMap::new(),
    };
    (SpawnedTask::spawn(splitter.run(data)), receiver)
}

/// A name that no other run gives.
fn file_stem(context: &TaskContext) -> String {
    let task = context.task_id().unwrap_or_default();
    let time = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos());
    let mut stem = format!("{time:x}-{:x}", std::process::id());
    stem.extend(task.chars().filter(char::is_ascii_alphanumeric).take(8));
    stem
}

struct PartitionSplitter {
    columns: Vec<String>,
    keeps_columns: bool,
    keeps_schema: bool,
    root: Path,
    file: String,
    buffered: usize,
    files: UnboundedSender<(Path, mpsc::Receiver<RecordBatch>)>,
    converter: Option<RowConverter>,
    open: HashMap<OwnedRow, Sender<RecordBatch>>,
}

impl PartitionSplitter {
    async fn run(mut self, mut data: SendableRecordBatchStream) -> Result<()> {
        while let Some(batch) = data.next().await {
            self.batch(&batch?).await?;
        }
        if self.open.is_empty() && self.keeps_schema {
            self.no_rows(&data.schema()).await?;
        }
        Ok(())
    }

    async fn no_rows(&self, schema: &SchemaRef) -> Result<()> {
        let mut folders = self.root.clone();
        for column in &self.columns {
            folders = Path::parse(format!("{folders}/{}={NULL}", encoded(column)))
                .map_err(|error| DataFusionError::ObjectStore(Box::new(error.into())))?;
        }
        let none = RecordBatch::new_empty(Arc::clone(schema));
        let is_written = |name: &String| self.keeps_columns || !self.columns.contains(name);
        let rest = schema.fields().iter().enumerate();
        let rest = rest.filter(|(_, field)| is_written(field.name()));
        let none = none.project(&rest.map(|(index, _)| index).collect::<Vec<_>>())?;
        let (sender, receiver) = mpsc::channel(self.buffered);
        let file = folders.join(self.file.as_str());
        self.files
            .send((file, receiver))
            .map_err(|_closed| gone())?;
        sender.send(none).await.map_err(|_closed| gone())
    }

    async fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        let schema = batch.schema();
        let indices = self.columns.iter().map(|name| schema.index_of(name));
        let indices: Vec<usize> = indices.collect::<Result<_, _>>()?;
        let keys: Vec<ArrayRef> = indices
            .iter()
            .map(|i| Arc::clone(batch.column(*i)))
            .collect();
        let rest: Vec<usize> = (0..batch.num_columns())
            .filter(|i| self.keeps_columns || !indices.contains(i))
            .collect();
        let written = batch.project(&rest)?;
        for (row, numbers) in self.groups(&keys)? {
            let sender = match self.open.entry(row) {
                Entry::Occupied(open) => open.get().clone(),
                Entry::Vacant(new) => {
                    let first = usize::try_from(numbers[0]).unwrap_or_default();
                    let fields: Vec<FieldRef> = indices
                        .iter()
                        .map(|i| Arc::new(schema.field(*i).clone()))
                        .collect();
                    let path = path(&self.root, &fields, &keys, first, &self.file)?;
                    let (sender, receiver) = mpsc::channel(self.buffered);
                    self.files
                        .send((path, receiver))
                        .map_err(|_closed| gone())?;
                    new.insert(sender).clone()
                }
            };
            let rows = take_record_batch(&written, &UInt64Array::from(numbers))?;
            sender.send(rows).await.map_err(|_closed| gone())?;
        }
        Ok(())
    }

    /// The rows of each combination of values, in the order of their first row.
    fn groups(&mut self, keys: &[ArrayRef]) -> Result<Vec<(OwnedRow, Vec<u64>)>> {
        let converter = match &mut self.converter {
            Some(converter) => converter,
            none => {
                let fields = keys
                    .iter()
                    .map(|key| SortField::new(key.data_type().clone()));
                none.insert(RowConverter::new(fields.collect())?)
            }
        };
        let rows = converter.convert_columns(keys)?;
        let mut groups: Vec<(OwnedRow, Vec<u64>)> = Vec::new();
        let mut known: HashMap<&[u8], usize> = HashMap::new();
        for (number, row) in rows.iter().enumerate() {
            let group = *known.entry(row.data()).or_insert_with(|| {
                groups.push((row.owned(), Vec::new()));
                groups.len() - 1
            });
            groups[group].1.push(number as u64);
        }
        Ok(groups)
    }
}

/// The writer has failed; its own error says why.
fn gone() -> DataFusionError {
    exec_datafusion_err!("the writer of a partition has ended")
}

/// The path of a file with the values of `row`.
fn path(
    root: &Path,
    fields: &[FieldRef],
    keys: &[ArrayRef],
    row: usize,
    file: &str,
) -> Result<Path> {
    let mut path = root.to_string();
    for (field, key) in fields.iter().zip(keys) {
        let value = value(field, &key.slice(row, 1))?;
        let value = match &value {
            None => NULL.to_owned(),
            // A text of that name is no NULL.
            Some(text) if text == NULL => format!("%{:02X}{}", NULL.as_bytes()[0], &NULL[1..]),
            Some(text) => encoded(text),
        };
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(&encoded(field.name()));
        path.push('=');
        path.push_str(&value);
    }
    path.push('/');
    path.push_str(file);
    Path::parse(path).map_err(|error| DataFusionError::ObjectStore(Box::new(error.into())))
}

/// Text of a single value; `None` is NULL.
fn value(field: &FieldRef, single: &ArrayRef) -> Result<Option<String>> {
    if !is_supported(field.data_type()) {
        return not_impl_err!(
            "PARTITION_BY {}: takes texts, numbers, booleans, dates and timestamps, not {}",
            field.name(),
            crate::sql_type::name(field.data_type())
        );
    }
    let options = crate::encoding::nested_options();
    let texts = text_column(field, single, &options)?;
    Ok(texts.into_iter().next().flatten())
}

fn is_supported(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_supported(value),
        DataType::Boolean
        | DataType::Date32
        | DataType::Date64
        | DataType::Timestamp(..)
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Null => true,
        other => other.is_numeric(),
    }
}

/// Percent codes for all but letters and digits of any script and `-._~`.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() || "-._~".contains(character) {
            out.push(character);
            continue;
        }
        let mut bytes = [0; 4];
        for byte in character.encode_utf8(&mut bytes).bytes() {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use arrow::array::{Date32Array, StringArray};
    use arrow::datatypes::Field;

    use super::*;

    fn folder(text: Option<&str>) -> String {
        let field = Arc::new(Field::new("k y", DataType::Utf8, true));
        let key: ArrayRef = Arc::new(StringArray::from(vec![text]));
        path(&Path::from("out"), &[field], &[key], 0, "f.csv")
            .unwrap()
            .to_string()
    }

    #[test]
    fn values_are_encoded_and_null_has_its_own_folder() {
        assert_eq!(
            folder(Some("eu-west_1.x~")),
            "out/k%20y=eu-west%5F1.x~/f.csv".replace("%5F", "_")
        );
        assert_eq!(folder(Some("a/b=c d%")), "out/k%20y=a%2Fb%3Dc%20d%25/f.csv");
        assert_eq!(folder(Some("Zürich")), "out/k%20y=Zürich/f.csv");
        assert_eq!(folder(Some("..")), "out/k%20y=../f.csv");
        assert_eq!(folder(Some("")), "out/k%20y=/f.csv");
        assert_eq!(folder(None), "out/k%20y=__HIVE_DEFAULT_PARTITION__/f.csv");
        assert_eq!(
            folder(Some(NULL)),
            "out/k%20y=%5F_HIVE_DEFAULT_PARTITION__/f.csv"
        );
    }

    #[test]
    fn dates_are_iso() {
        let field = Arc::new(Field::new("d", DataType::Date32, true));
        let key: ArrayRef = Arc::new(Date32Array::from(vec![1, 2]));
        let path = path(&Path::default(), &[field], &[key], 1, "f").unwrap();
        assert_eq!(path.as_ref(), "d=1970-01-03/f");
    }
}
