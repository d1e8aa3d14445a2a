//! Record batches to each output format.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use clap::ValueEnum;

use crate::error::{Error, Result};

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines and boxes for people.
    Table,
    /// Comma-separated values with a header.
    Csv,
    /// Tab-separated values with a header.
    Tsv,
    /// One JSON array of objects.
    Json,
    /// One JSON object a line.
    #[value(alias = "jsonl")]
    Ndjson,
    /// A Markdown table.
    #[value(alias = "md")]
    Markdown,
    /// An Apache Parquet file.
    Parquet,
    /// An Apache Arrow IPC file.
    Arrow,
}

/// Writes one result, batch by batch.
pub trait Writer: Send {
    /// Takes the next rows.
    ///
    /// # Errors
    /// When the rows cannot be written.
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Writes what is still held back; called once, after the last batch.
    ///
    /// # Errors
    /// When the rest cannot be written.
    fn finish(&mut self) -> Result<()>;
}

/// A writer of `format` into `sink`.
pub fn writer<W: Write + Send + 'static>(
    _format: Format,
    _schema: SchemaRef,
    sink: W,
) -> Box<dyn Writer> {
    Box::new(Table {
        sink,
        batches: Vec::new(),
    })
}

struct Table<W> {
    sink: W,
    batches: Vec<RecordBatch>,
}

impl<W: Write + Send> Writer for Table<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.batches.push(batch.clone());
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let text = arrow::util::pretty::pretty_format_batches(&self.batches)
            .map_err(|e| Error::from(datafusion::error::DataFusionError::from(e)))?;
        writeln!(self.sink, "{text}").map_err(|source| Error::io("standard output", source))
    }
}
