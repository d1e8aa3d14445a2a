//! JSON and newline-delimited JSON. NULL is `null`, nested values stay nested, durations are ISO
//! 8601, and doubles that JSON cannot represent (NaN, infinity) are `null`.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::json::WriterBuilder;
use arrow::json::writer::{JsonFormat, LineDelimited, Writer as ArrowJson};

use super::{ResultWriter, arrow_failed, io_failed};
use crate::error::Result;

type OutputSink = Box<dyn Write + Send>;

pub(super) struct JsonResultWriter<F: JsonFormat> {
    inner: ArrowJson<OutputSink, F>,
}

/// One array, with one object per line.
pub(super) fn array(sink: OutputSink) -> JsonResultWriter<LinedArray> {
    JsonResultWriter {
        inner: builder().build(sink),
    }
}

/// One object per line, without an array.
pub(super) fn lines(sink: OutputSink) -> JsonResultWriter<LineDelimited> {
    JsonResultWriter {
        inner: builder().build(sink),
    }
}

fn builder() -> WriterBuilder {
    WriterBuilder::new().with_explicit_nulls(true)
}

impl<F: JsonFormat + Send> ResultWriter for JsonResultWriter<F> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.inner.write(batch).map_err(arrow_failed)?;
        self.inner.get_mut().flush().map_err(io_failed)
    }

    fn finish(&mut self) -> Result<()> {
        self.inner.finish().map_err(arrow_failed)?;
        self.inner.get_mut().flush().map_err(io_failed)
    }
}

/// JSON array with each object on its own line, so that `head`, `diff` and people can read it.
#[derive(Debug, Default)]
pub(super) struct LinedArray;

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
