//! Rows of one table on their way to a record batch.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder,
    RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use datafusion::arrow::datatypes::{DataType, SchemaRef};

use crate::archive::ingest::values::IngestValue;

/// Rows of a batch.
pub(super) const BATCH_ROWS: usize = 8_192;

/// Rows of one table that come from one file, in its order.
#[derive(Debug)]
pub struct MappedBatch {
    /// Place among the tables of the mapping.
    pub table: usize,
    /// Place among the files of the source.
    pub file: usize,
    /// The rows.
    pub batch: RecordBatch,
    /// Line in the file of each row; for workbooks and Parquet the number of the row.
    pub lines: Vec<u64>,
}

/// Rows of one table that are not a batch yet.
#[derive(Debug)]
pub(super) struct TableBuilder {
    table: usize,
    file: usize,
    schema: SchemaRef,
    columns: Vec<ColumnBuilder>,
    lines: Vec<u64>,
}

/// Values of one column.
#[derive(Debug)]
enum ColumnBuilder {
    Text(StringBuilder),
    Whole(Int64Builder),
    Double(Float64Builder),
    Decimal(Decimal128Builder),
    Truth(BooleanBuilder),
    Date(Date32Builder),
    Instant(TimestampMicrosecondBuilder),
}

impl TableBuilder {
    pub(super) fn new(table: usize, file: usize, schema: &SchemaRef) -> Self {
        let columns = schema.fields().iter();
        let columns = columns.map(|field| ColumnBuilder::new(field.data_type()));
        Self {
            table,
            file,
            schema: Arc::clone(schema),
            columns: columns.collect(),
            lines: Vec::new(),
        }
    }

    /// Adds a row; gives a batch when there are enough.
    pub(super) fn add(&mut self, values: &[IngestValue<'_>], line: u64) -> Option<MappedBatch> {
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.append(value);
        }
        self.lines.push(line);
        if self.lines.len() < BATCH_ROWS {
            return None;
        }
        self.finish()
    }

    /// The rows that are left; `None` if there are none.
    pub(super) fn finish(&mut self) -> Option<MappedBatch> {
        if self.lines.is_empty() {
            return None;
        }
        let columns = self.columns.iter_mut().map(ColumnBuilder::finish);
        // The builders are made by the schema, and every row has a value for each.
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns.collect()).ok()?;
        Some(MappedBatch {
            table: self.table,
            file: self.file,
            batch,
            lines: std::mem::take(&mut self.lines),
        })
    }
}

impl ColumnBuilder {
    fn new(data_type: &DataType) -> Self {
        match data_type {
            DataType::Int64 => Self::Whole(Int64Builder::new()),
            DataType::Float64 => Self::Double(Float64Builder::new()),
            DataType::Decimal128(..) => {
                Self::Decimal(Decimal128Builder::new().with_data_type(data_type.clone()))
            }
            DataType::Boolean => Self::Truth(BooleanBuilder::new()),
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Timestamp(..) => {
                Self::Instant(TimestampMicrosecondBuilder::new().with_data_type(data_type.clone()))
            }
            _ => Self::Text(StringBuilder::new()),
        }
    }

    /// Adds a value of the column's type; others are NULL.
    #[inline]
    fn append(&mut self, value: &IngestValue<'_>) {
        match (self, value) {
            (Self::Text(column), IngestValue::Text(value)) => column.append_value(value),
            (Self::Text(column), _) => column.append_null(),
            (Self::Whole(column), IngestValue::Whole(value)) => column.append_value(*value),
            (Self::Whole(column), _) => column.append_null(),
            (Self::Instant(column), IngestValue::Whole(value)) => column.append_value(*value),
            (Self::Instant(column), _) => column.append_null(),
            (Self::Double(column), IngestValue::Double(value)) => column.append_value(*value),
            (Self::Double(column), _) => column.append_null(),
            (Self::Decimal(column), IngestValue::Decimal(value)) => column.append_value(*value),
            (Self::Decimal(column), _) => column.append_null(),
            (Self::Truth(column), IngestValue::Truth(value)) => column.append_value(*value),
            (Self::Truth(column), _) => column.append_null(),
            (Self::Date(column), IngestValue::Date(value)) => column.append_value(*value),
            (Self::Date(column), _) => column.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Whole(column) => Arc::new(column.finish()),
            Self::Double(column) => Arc::new(column.finish()),
            Self::Decimal(column) => Arc::new(column.finish()),
            Self::Truth(column) => Arc::new(column.finish()),
            Self::Date(column) => Arc::new(column.finish()),
            Self::Instant(column) => Arc::new(column.finish()),
        }
    }
}
