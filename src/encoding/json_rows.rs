//! JSON, as lines and as one array. NULL is `null`, so that a column without values keeps its name.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::json::WriterBuilder;
use arrow::json::writer::{JsonFormat, LineDelimited, Writer as ArrowJson};

/// Options of every writer of JSON.
pub(crate) fn json_builder() -> WriterBuilder {
    WriterBuilder::new().with_explicit_nulls(true)
}

/// The rows of `batch`, one object a line.
pub(crate) fn json_lines(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = json_builder().build::<_, LineDelimited>(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner())
}

/// The rows of `batch` as a part of an array: with commas between them, and nothing around.
pub(crate) fn json_rows(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer: ArrowJson<_, ArrayPart> = json_builder().build(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner())
}

/// JSON array with each object on its own line, so that `head`, `diff` and people can read it.
#[derive(Debug, Default)]
pub(crate) struct LinedArray;

impl JsonFormat for LinedArray {
    fn start_stream<W: Write>(&self, writer: &mut W) -> Result<(), ArrowError> {
        Ok(writer.write_all(b"[")?)
    }

    fn start_row<W: Write>(&self, writer: &mut W, is_first_row: bool) -> Result<(), ArrowError> {
        Ok(writer.write_all(if is_first_row { b"\n" } else { b",\n" })?)
    }

    fn end_stream<W: Write>(&self, writer: &mut W) -> Result<(), ArrowError> {
        Ok(writer.write_all(b"\n]\n")?)
    }
}

/// Some objects of an array.
#[derive(Debug, Default)]
struct ArrayPart;

impl JsonFormat for ArrayPart {
    fn start_row<W: Write>(&self, writer: &mut W, is_first_row: bool) -> Result<(), ArrowError> {
        Ok(writer.write_all(if is_first_row { b"" } else { b",\n" })?)
    }
}
