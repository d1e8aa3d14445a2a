//! Columns whose names in the files differ from those of the table (column mapping of Delta).

use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::physical_expr_adapter::{
    DefaultPhysicalExprAdapterFactory, PhysicalExprAdapter, PhysicalExprAdapterFactory,
};
use parquet::arrow::PARQUET_FIELD_ID_META_KEY;

use super::super::spellings::RenamedColumnAdapter;
use crate::delta::ColumnNames;

/// Makes expressions over the columns of a table fit files that name them otherwise.
#[derive(Debug)]
pub(super) struct MappedColumnAdapters {
    names: ColumnNames,
}

impl MappedColumnAdapters {
    pub(super) fn new(names: ColumnNames) -> Self {
        Self { names }
    }

    /// The column of the table that `field` of a file holds.
    fn in_table<'a>(&self, table: &'a Schema, field: &Field) -> Option<&'a str> {
        let id = field.metadata().get(PARQUET_FIELD_ID_META_KEY);
        let id: Option<i64> = id.and_then(|id| id.parse().ok());
        let is_it = |name: &str| match self.names.id(name) {
            Some(wanted) => id == Some(wanted),
            None => self.names.in_files(name) == field.name(),
        };
        let mut columns = table.fields().iter().map(|column| column.name().as_str());
        columns.find(|name| is_it(name))
    }
}

impl PhysicalExprAdapterFactory for MappedColumnAdapters {
    fn create(
        &self,
        logical_file_schema: SchemaRef,
        physical_file_schema: SchemaRef,
    ) -> Result<Arc<dyn PhysicalExprAdapter>> {
        let has_id = |field: &Arc<Field>| field.metadata().contains_key(PARQUET_FIELD_ID_META_KEY);
        let fields = physical_file_schema.fields();
        if self.names.has_ids() && !fields.is_empty() && !fields.iter().any(has_id) {
            // As NULLs its columns would be missed by nobody.
            return exec_err!(
                "a file of the Delta table has no field ids, by which its columns are found \
                 (delta.columnMapping.mode = id): the table is damaged"
            );
        }
        let fields = physical_file_schema.fields().iter().enumerate();
        let fields = fields.map(|(at, field)| {
            // A column that the table has dropped must not be found under its old name, which another one may have.
            let unknown = || format!("\u{0}{at}");
            let name = self.in_table(&logical_file_schema, field);
            let name = name.map_or_else(unknown, str::to_owned);
            field.as_ref().clone().with_name(name)
        });
        let as_table = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let stock = DefaultPhysicalExprAdapterFactory.create(logical_file_schema, as_table)?;
        Ok(Arc::new(RenamedColumnAdapter::new(
            stock,
            physical_file_schema,
        )))
    }
}
