//! Writers of record batches, one small file per output format, all behind [`ResultWriter`]; and
//! the pages about functions.
//!
//! Every format but the table streams: it buffers one batch (Parquet: one row group) at a time. The
//! table buffers the rows that it prints, since the widest value decides the width.

mod arrow_file;
pub(crate) mod chart;
mod delimited;
mod format;
pub(crate) mod function_page;
mod json;
mod layout;
mod markdown;
mod numbers;
mod parquet_file;
mod people;
mod plan_tree;
mod records;
mod screen;
mod table;

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::{Fields, SchemaRef};
use arrow::error::ArrowError;
use datafusion::error::DataFusionError;

pub use format::ResultFormat;
pub(crate) use screen::ROWS;
pub use screen::ScreenOptions;

use crate::error::{Error, Result};

/// Name of the output in write errors until the caller replaces it with the real one.
pub(crate) const OUTPUT: &str = "output";

/// Writes one result, batch by batch.
pub trait ResultWriter: Send {
    /// Writes the next rows.
    ///
    /// # Errors
    /// If the rows cannot be written, or have a type that the format does not support.
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Writes buffered rows; called once, after the last batch.
    ///
    /// # Errors
    /// If the rest cannot be written.
    fn finish(&mut self) -> Result<()>;
}

/// Creates a writer of `format` into `sink`. With a `screen`, tables and records are formatted for
/// readability and fitted to its width, fields may declare their unit in `crate::sql::UNIT`, and the
/// plan of an EXPLAIN is drawn as a tree; without a screen they are exact and complete.
///
/// # Errors
/// If the format does not support a column of `schema`, or the sink fails.
pub fn writer(
    format: ResultFormat,
    schema: &SchemaRef,
    sink: Box<dyn Write + Send>,
    screen: Option<ScreenOptions>,
) -> Result<Box<dyn ResultWriter>> {
    Ok(match format {
        ResultFormat::Table => match screen {
            Some(screen) if plan_tree::is_plan(schema) => {
                Box::new(plan_tree::PlanTreeWriter::new(schema, sink, screen.width))
            }
            screen => Box::new(table::TextTableWriter::new(schema, sink, screen)),
        },
        ResultFormat::Expanded => {
            Box::new(records::ExpandedRecordWriter::new(schema, sink, screen))
        }
        ResultFormat::Csv => Box::new(delimited::DelimitedWriter::new(b',', schema, sink)),
        ResultFormat::Tsv => Box::new(delimited::DelimitedWriter::new(b'\t', schema, sink)),
        ResultFormat::Json => Box::new(json::array(sink)),
        ResultFormat::Ndjson => Box::new(json::lines(sink)),
        ResultFormat::Markdown => Box::new(markdown::MarkdownWriter::new(schema, sink)),
        ResultFormat::Parquet => Box::new(parquet_file::ParquetFileWriter::new(schema, sink)?),
        ResultFormat::Arrow => Box::new(arrow_file::ArrowFileWriter::new(schema, sink)?),
    })
}

fn io_failed(source: std::io::Error) -> Error {
    Error::io(OUTPUT, source)
}

/// Texts of the columns of `batch` as tables on a terminal show them, row by row; NULL is the word.
///
/// # Errors
/// When a value cannot be printed.
pub(crate) fn texts_for_people(batch: &RecordBatch, fields: &Fields) -> Result<Vec<Vec<String>>> {
    people::columns(&std::iter::once(batch), fields, false)
}

pub(crate) fn arrow_failed(error: ArrowError) -> Error {
    match error {
        ArrowError::IoError(_, source) => io_failed(source),
        other => Error::from(DataFusionError::from(other)),
    }
}
