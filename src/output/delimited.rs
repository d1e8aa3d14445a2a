//! CSV and TSV.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::{Fields, SchemaRef};

use super::{ResultWriter, io_failed};
use crate::encoding::CsvDialect;
use crate::error::Result;

pub(super) struct DelimitedWriter {
    dialect: CsvDialect,
    fields: Fields,
    sink: Box<dyn Write + Send>,
    buffer: Vec<u8>,
    has_header: bool,
}

impl DelimitedWriter {
    pub(super) fn new(delimiter: u8, schema: &SchemaRef, sink: Box<dyn Write + Send>) -> Self {
        Self {
            dialect: CsvDialect::delimited_by(delimiter),
            fields: schema.fields().clone(),
            sink,
            buffer: Vec::new(),
            has_header: false,
        }
    }

    fn header(&mut self) {
        if !self.has_header {
            self.has_header = true;
            self.dialect.push_header(&self.fields, &mut self.buffer);
        }
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
        self.dialect
            .push_rows(batch, &self.fields, &mut self.buffer)?;
        self.flush()
    }

    fn finish(&mut self) -> Result<()> {
        self.header();
        self.flush()
    }
}
