//! Apache Arrow IPC files. Dictionaries are written as plain values: batches of one result may have
//! different dictionaries, which the file format (unlike the stream format) does not support.

use std::io::Write;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::ipc::writer::FileWriter;

use super::{ResultWriter, arrow_failed, io_failed};
use crate::error::Result;

pub(super) struct ArrowFileWriter {
    schema: SchemaRef,
    inner: FileWriter<Box<dyn Write + Send>>,
}

impl ArrowFileWriter {
    pub(super) fn new(schema: &SchemaRef, sink: Box<dyn Write + Send>) -> Result<Self> {
        let fields: Vec<FieldRef> = schema.fields().iter().map(without_dictionary).collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()));
        let inner = FileWriter::try_new(sink, &schema).map_err(arrow_failed)?;
        Ok(Self { schema, inner })
    }
}

impl ResultWriter for ArrowFileWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let columns = self
            .schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| cast(column, field.data_type()))
            .collect::<std::result::Result<_, _>>()
            .map_err(arrow_failed)?;
        let batch =
            RecordBatch::try_new(SchemaRef::clone(&self.schema), columns).map_err(arrow_failed)?;
        self.inner.write(&batch).map_err(arrow_failed)
    }

    fn finish(&mut self) -> Result<()> {
        self.inner.finish().map_err(arrow_failed)?;
        self.inner.get_mut().flush().map_err(io_failed)
    }
}

fn without_dictionary(field: &FieldRef) -> FieldRef {
    let plain = plain_type(field.data_type());
    let renamed = Field::clone(field).with_data_type(plain);
    Arc::new(renamed)
}

fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, value) => plain_type(value),
        DataType::List(item) => DataType::List(without_dictionary(item)),
        DataType::LargeList(item) => DataType::LargeList(without_dictionary(item)),
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(without_dictionary).collect())
        }
        other => other.clone(),
    }
}
