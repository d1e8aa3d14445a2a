//! Tables of an export: rows staged while it is read, then merged into the tables of a lake.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, UInt32Array, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::functions::datetime::expr_fn::date_trunc;
use datafusion::logical_expr::{cast, ident, lit};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use object_store::path::Path;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::convert::MappedBatch;
use super::counts::IngestCounts;
use super::mapping::{IngestMapping, MappedTable};
use super::reading::{IngestReading, ReadingOutcome};
use crate::archive::lake::{MergedRows, RowKey, merge};
use crate::delta::{DeltaTableLayout, SortColumn, delta_schema};
use crate::error::{Error, Result};
use crate::runtime::{ScratchFiles, ScratchFolder};
use crate::tables::delta_location;

/// Columns that say in which order the rows came; no column of a mapping has such a name.
const FILE: &str = "\u{1}file";
const LINE: &str = "\u{1}line";

/// What a run has done.
#[derive(Debug)]
pub(crate) struct IngestReport {
    /// What was read, by file, with the rejects and the notes.
    pub(crate) outcome: ReadingOutcome,
    /// What became of the rows of each table, in the order of the mapping.
    pub(crate) tables: Vec<TableReport>,
    /// Name of the file of rejects below the location; `None` if all rows fit.
    pub(crate) rejects: Option<String>,
}

/// What became of the rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableReport {
    pub(crate) name: String,
    /// Rows of it that fit.
    pub(crate) read: u64,
    pub(crate) merged: MergedRows,
}

impl TableReport {
    /// Rows that were there already, or have a newer version.
    pub(crate) fn duplicate(&self) -> u64 {
        self.read.saturating_sub(self.merged.written)
    }
}

impl IngestReport {
    /// The counts of the whole run.
    pub(crate) fn total(&self) -> IngestCounts {
        let mut total = self.outcome.total();
        total.written = self.tables.iter().map(|table| table.merged.written).sum();
        total.duplicate = self.tables.iter().map(TableReport::duplicate).sum();
        total
    }
}

/// Reads all of `reading` and merges its rows into the tables below `to`, each in one step.
///
/// # Errors
/// If a file cannot be read or there are too many rejects, before anything is published; if a table or its store
/// refuses.
pub(crate) async fn write_tables(
    context: &SessionContext,
    mut reading: IngestReading,
    mapping: &IngestMapping,
    to: &str,
    scratch: &ScratchFiles,
) -> Result<IngestReport> {
    let parent = std::env::temp_dir();
    let folder = scratch
        .folder(&parent)
        .map_err(|error| Error::io(&parent, error))?;
    let tables = mapping.tables.iter().enumerate();
    let staged = tables.map(|(place, table)| StagedTable::new(&folder, place, table));
    let mut staged = staged.collect::<Vec<_>>();
    while let Some(batches) = reading.next().await? {
        for batch in &batches {
            if let Some(table) = staged.get_mut(batch.table) {
                table.add(batch)?;
            }
        }
    }
    let mut outcome = reading.finish();
    let rejects = publish_rejects(context, &mut outcome, to).await?;
    let mut tables = Vec::new();
    for (table, staged) in mapping.tables.iter().zip(staged) {
        tables.push(merge_table(context, table, staged, to).await?);
    }
    Ok(IngestReport {
        outcome,
        tables,
        rejects,
    })
}

/// Rejects have a name of their contents: a second run over the same files writes the same file.
async fn publish_rejects(
    context: &SessionContext,
    outcome: &mut ReadingOutcome,
    to: &str,
) -> Result<Option<String>> {
    if outcome.rejects.rows() == 0 {
        return Ok(None);
    }
    let location = delta_location(&context.state(), to)?;
    let name = format!("_rejects/{:016x}.ndjson", outcome.rejects.fingerprint()?);
    let folder = location.folder()?;
    let path = name.split('/').fold(folder, Path::join);
    outcome
        .rejects
        .publish(location.store.as_ref(), &path)
        .await?;
    Ok(Some(name))
}

async fn merge_table(
    context: &SessionContext,
    table: &MappedTable,
    staged: StagedTable,
    to: &str,
) -> Result<TableReport> {
    let read = staged.rows;
    let location = delta_location(
        &context.state(),
        &format!("{}/{}", to.trim_end_matches('/'), table.name),
    )?;
    let mut report = TableReport {
        name: table.name.clone(),
        read,
        merged: MergedRows {
            written: 0,
            replaced: 0,
            bytes: 0,
            version: None,
        },
    };
    if read == 0 {
        return Ok(report);
    }
    let rows = staged.finish(context, table).await?;
    let columns = rows.schema();
    let arrival = [FILE, LINE].map(str::to_owned);
    let fields = columns.fields().iter();
    let fields = fields
        .filter(|field| !arrival.contains(field.name()))
        .cloned();
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let name = |column: usize| table.schema.field(column).name().clone();
    let layout = DeltaTableLayout {
        schema: delta_schema(&location.label, &schema)?,
        partition_columns: month_column(table).into_iter().collect(),
        sort_columns: sort_columns(table),
        bloom_columns: table.key.iter().map(|column| name(*column)).collect(),
    };
    let key = RowKey {
        columns: table.key.iter().map(|column| name(*column)).collect(),
        version: table.version.map(name),
        arrival: arrival.to_vec(),
    };
    report.merged = merge(context, &location, rows, &layout, &key, &[]).await?;
    Ok(report)
}

/// Order of the rows in each file: that of the mapping, or else by time, then by key.
fn sort_columns(table: &MappedTable) -> Vec<SortColumn> {
    let by = |column: usize, is_descending: bool| SortColumn {
        name: table.schema.field(column).name().clone(),
        is_descending,
    };
    if table.sort.is_empty() {
        let columns = table.partition_by.iter().chain(&table.key);
        return columns.map(|column| by(*column, false)).collect();
    }
    table
        .sort
        .iter()
        .map(|(column, is_descending)| by(*column, *is_descending))
        .collect()
}

/// Name of the column with the month of `partition_by`.
fn month_column(table: &MappedTable) -> Option<String> {
    let column = table.partition_by?;
    Some(format!("{}_month", table.schema.field(column).name()))
}

/// Rows of one table in a temporary file, with the places that they came from.
struct StagedTable {
    path: std::path::PathBuf,
    schema: SchemaRef,
    writer: Option<ArrowWriter<std::fs::File>>,
    rows: u64,
}

impl StagedTable {
    fn new(folder: &ScratchFolder, place: usize, table: &MappedTable) -> Self {
        let mut fields: Vec<_> = table.schema.fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new(FILE, DataType::UInt32, false)));
        fields.push(Arc::new(Field::new(LINE, DataType::UInt64, false)));
        Self {
            path: folder.path().join(format!("{place}.parquet")),
            schema: Arc::new(Schema::new(fields)),
            writer: None,
            rows: 0,
        }
    }

    fn add(&mut self, mapped: &MappedBatch) -> Result<()> {
        let file = u32::try_from(mapped.file).unwrap_or(u32::MAX);
        let mut columns: Vec<ArrayRef> = mapped.batch.columns().to_vec();
        columns.push(Arc::new(UInt32Array::from(vec![
            file;
            mapped.batch.num_rows()
        ])));
        columns.push(Arc::new(UInt64Array::from(mapped.lines.clone())));
        let problem = |error: String| Error::location(self.path.display().to_string(), error);
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error| problem(error.to_string()))?;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let file = std::fs::File::create(&self.path)
                    .map_err(|error| Error::io(&self.path, error))?;
                // Read once, and soon: small is of no use here.
                let properties = WriterProperties::builder()
                    .set_dictionary_enabled(false)
                    .set_statistics_enabled(EnabledStatistics::None)
                    .set_max_row_group_row_count(Some(131_072))
                    .build();
                let made = ArrowWriter::try_new(file, Arc::clone(&self.schema), Some(properties));
                none.insert(made.map_err(|error| problem(error.to_string()))?)
            }
        };
        self.rows += batch.num_rows() as u64;
        writer
            .write(&batch)
            .map_err(|error| problem(error.to_string()))
    }

    /// The rows as a table, with the month that names their folder.
    async fn finish(
        self,
        context: &SessionContext,
        table: &MappedTable,
    ) -> Result<Arc<dyn TableProvider>> {
        if let Some(writer) = self.writer {
            let closed = writer.close();
            closed.map_err(|error| {
                Error::location(self.path.display().to_string(), error.to_string())
            })?;
        }
        let path = self.path.display().to_string();
        let options = ParquetReadOptions::default().schema(&self.schema);
        let mut frame = context.read_parquet(path, options).await?;
        if let (Some(month), Some(column)) = (month_column(table), table.partition_by) {
            let time = ident(table.schema.field(column).name());
            let month_start = cast(date_trunc(lit("month"), time), DataType::Date32);
            frame = frame.with_column(&month, month_start)?;
        }
        Ok(frame.into_view())
    }
}
