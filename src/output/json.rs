//! JSON and newline-delimited JSON. NULL is `null`, nested values stay nested, durations are ISO
//! 8601, and doubles that JSON cannot represent (NaN, infinity) are `null`.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::json::writer::{JsonFormat, LineDelimited, Writer as ArrowJson};

use super::{ResultWriter, arrow_failed, io_failed};
use crate::encoding::{LinedArray, json_builder};
use crate::error::Result;

type OutputSink = Box<dyn Write + Send>;

pub(super) struct JsonResultWriter<F: JsonFormat> {
    inner: ArrowJson<OutputSink, F>,
}

/// One array, with one object per line.
pub(super) fn array(sink: OutputSink) -> JsonResultWriter<LinedArray> {
    JsonResultWriter {
        inner: json_builder().build(sink),
    }
}

/// One object per line, without an array.
pub(super) fn lines(sink: OutputSink) -> JsonResultWriter<LineDelimited> {
    JsonResultWriter {
        inner: json_builder().build(sink),
    }
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
