//! Apache Parquet, zstd-compressed, one row group in memory at a time.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, FieldRef, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::{ResultWriter, io_failed};
use crate::error::{Error, Result};

/// Number of rows of a row group: small enough that wide results stay in bounded memory.
const GROUP_ROWS: usize = 131_072;

pub(super) struct ParquetFileWriter {
    /// `None` after closing: the footer is written exactly once.
    inner: Option<ArrowWriter<Box<dyn Write + Send>>>,
}

impl ParquetFileWriter {
    pub(super) fn new(schema: &SchemaRef, sink: Box<dyn Write + Send>) -> Result<Self> {
        if let Some(field) = schema.fields().iter().find(|field| is_interval(field)) {
            return Err(Error::Sql(format!(
                "Parquet cannot hold INTERVAL column {name:?}: cast it, as in {name}::VARCHAR",
                name = field.name()
            )));
        }
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        let inner = ArrowWriter::try_new(sink, SchemaRef::clone(schema), Some(properties))
            .map_err(parquet_failed)?;
        Ok(Self { inner: Some(inner) })
    }
}

fn is_interval(field: &FieldRef) -> bool {
    matches!(field.data_type(), DataType::Interval(_))
}

impl ResultWriter for ParquetFileWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        match &mut self.inner {
            Some(inner) => inner.write(batch).map_err(parquet_failed),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> Result<()> {
        if let Some(inner) = self.inner.take() {
            let mut sink = inner.into_inner().map_err(parquet_failed)?;
            sink.flush().map_err(io_failed)?;
        }
        Ok(())
    }
}

fn parquet_failed(error: ParquetError) -> Error {
    match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(source) => io_failed(*source),
            Err(other) => Error::from(datafusion::error::DataFusionError::External(other)),
        },
        other => Error::from(datafusion::error::DataFusionError::from(other)),
    }
}
