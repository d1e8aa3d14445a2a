//! Markdown table, written in a stream: columns are not padded, since that would require buffering
//! the whole result. NULL prints as NULL.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::{Fields, SchemaRef};
use arrow::json::writer::EncoderOptions;

use super::{ResultWriter, io_failed};
use crate::encoding::{TextBatch, is_right_aligned, nested_options};
use crate::error::Result;

pub(super) struct MarkdownWriter {
    fields: Fields,
    sink: Box<dyn Write + Send>,
    nested: EncoderOptions,
    has_header: bool,
}

impl MarkdownWriter {
    pub(super) fn new(schema: &SchemaRef, sink: Box<dyn Write + Send>) -> Self {
        Self {
            fields: schema.fields().clone(),
            sink,
            nested: nested_options(),
            has_header: false,
        }
    }

    fn header(&mut self, out: &mut String) {
        if self.has_header {
            return;
        }
        self.has_header = true;
        for field in &self.fields {
            push_cell(field.name(), out);
        }
        out.push_str("|\n");
        for field in &self.fields {
            out.push_str(if is_right_aligned(field.data_type()) {
                "|---:"
            } else {
                "|---"
            });
        }
        out.push_str("|\n");
    }

    fn send(&mut self, text: &str) -> Result<()> {
        self.sink.write_all(text.as_bytes()).map_err(io_failed)?;
        self.sink.flush().map_err(io_failed)
    }
}

impl ResultWriter for MarkdownWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut out = String::new();
        self.header(&mut out);
        let mut rows = TextBatch::new(batch, &self.fields, &self.nested)?;
        let mut text = String::new();
        for row in 0..batch.num_rows() {
            for column in 0..self.fields.len() {
                push_cell(
                    rows.value(row, column, &mut text)?.unwrap_or("NULL"),
                    &mut out,
                );
            }
            out.push_str("|\n");
        }
        drop(rows);
        self.send(&out)
    }

    fn finish(&mut self) -> Result<()> {
        let mut out = String::new();
        self.header(&mut out);
        self.send(&out)
    }
}

/// Appends a cell and escapes characters that would end the cell or the row.
fn push_cell(value: &str, out: &mut String) {
    out.push_str("| ");
    for character in value.chars() {
        match character {
            '|' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            '\n' => out.push_str("<br>"),
            '\r' => {}
            other if other.is_control() => out.extend(other.escape_default()),
            other => out.push(other),
        }
    }
    out.push(' ');
}
