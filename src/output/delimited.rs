//! CSV and TSV according to RFC 4180, with LF line ends. NULL is an empty field and an empty text
//! is `""`, so that the two differ; the `csv` crate cannot quote one and not the other.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::{Fields, SchemaRef};
use arrow::json::writer::EncoderOptions;

use super::text::{TextBatch, nested_options};
use super::{ResultWriter, io_failed};
use crate::error::Result;

pub(super) struct DelimitedWriter {
    delimiter: u8,
    fields: Fields,
    sink: Box<dyn Write + Send>,
    nested: EncoderOptions,
    buffer: Vec<u8>,
    has_header: bool,
}

impl DelimitedWriter {
    pub(super) fn new(delimiter: u8, schema: &SchemaRef, sink: Box<dyn Write + Send>) -> Self {
        Self {
            delimiter,
            fields: schema.fields().clone(),
            sink,
            nested: nested_options(),
            buffer: Vec::new(),
            has_header: false,
        }
    }

    fn header(&mut self) {
        if self.has_header {
            return;
        }
        self.has_header = true;
        for (column, field) in self.fields.iter().enumerate() {
            self.buffer.extend((column > 0).then_some(self.delimiter));
            push_field(field.name(), self.delimiter, &mut self.buffer);
        }
        self.buffer.push(b'\n');
    }

    fn flush(&mut self) -> Result<()> {
        self.sink.write_all(&self.buffer).map_err(io_failed)?;
        self.buffer.clear();
        self.sink.flush().map_err(io_failed)
    }
}

impl ResultWriter for DelimitedWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.header();
        let mut rows = TextBatch::new(batch, &self.fields, &self.nested)?;
        let mut text = String::new();
        for row in 0..batch.num_rows() {
            for column in 0..self.fields.len() {
                self.buffer.extend((column > 0).then_some(self.delimiter));
                if let Some(value) = rows.value(row, column, &mut text)? {
                    push_field(value, self.delimiter, &mut self.buffer);
                }
            }
            self.buffer.push(b'\n');
        }
        drop(rows);
        self.flush()
    }

    fn finish(&mut self) -> Result<()> {
        self.header();
        self.flush()
    }
}

fn push_field(value: &str, delimiter: u8, out: &mut Vec<u8>) {
    let is_special = |byte: u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if !value.is_empty() && !value.bytes().any(is_special) {
        out.extend_from_slice(value.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in value.bytes() {
        out.extend((byte == b'"').then_some(b'"'));
        out.push(byte);
    }
    out.push(b'"');
}
