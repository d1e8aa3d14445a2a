//! Read-only tables whose rows the engine computes when they are scanned.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, ListBuilder, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::{MemTable, Session, TableProvider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;

/// A column: its name and the function that computes its value from an item.
#[derive(Debug)]
pub(crate) struct CatalogueColumn<T> {
    /// The name, lower snake case.
    pub name: &'static str,
    /// The value.
    pub value: CatalogueValue<T>,
}

/// Function that computes the value of a column; the variant determines the type.
#[derive(Debug)]
pub(crate) enum CatalogueValue<T> {
    /// VARCHAR, never NULL.
    Text(fn(&T) -> String),
    /// VARCHAR; `None` is NULL.
    Maybe(fn(&T) -> Option<String>),
    /// A list of VARCHAR, never NULL, perhaps empty.
    Texts(fn(&T) -> Vec<String>),
    /// BIGINT, never NULL.
    Count(fn(&T) -> i64),
    /// BOOLEAN, never NULL.
    Flag(fn(&T) -> bool),
}

/// Computes the rows as a batch of the given schema.
type MakeRows = Box<dyn Fn(&dyn Session, SchemaRef) -> Result<RecordBatch> + Send + Sync>;

/// A table of the engine: one row for each item, computed for each query.
pub(crate) struct CatalogueTable {
    schema: SchemaRef,
    batch: MakeRows,
}

impl CatalogueTable {
    /// A table with these columns and one row for each element of `items`.
    pub(crate) fn new<T: 'static>(
        columns: &'static [CatalogueColumn<T>],
        items: impl Fn(&dyn Session) -> Result<Vec<T>> + Send + Sync + 'static,
    ) -> Self {
        let fields = columns.iter().map(CatalogueColumn::field);
        let schema = Schema::new(fields.collect::<Vec<_>>());
        let batch = move |session: &dyn Session, schema: SchemaRef| {
            let items = items(session)?;
            let arrays = columns.iter().map(|column| column.array(&items));
            Ok(RecordBatch::try_new(schema, arrays.collect())?)
        };
        Self {
            schema: Arc::new(schema),
            batch: Box::new(batch),
        }
    }
}

impl fmt::Debug for CatalogueTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CatalogueTable")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for CatalogueTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let batch = (self.batch)(session, self.schema())?;
        let table = MemTable::try_new(self.schema(), vec![vec![batch]])?;
        table.scan(session, projection, filters, limit).await
    }
}

impl<T> CatalogueColumn<T> {
    fn field(&self) -> Field {
        match self.value {
            CatalogueValue::Text(_) => Field::new(self.name, DataType::Utf8, false),
            CatalogueValue::Maybe(_) => Field::new(self.name, DataType::Utf8, true),
            CatalogueValue::Texts(_) => Field::new_list(self.name, item(), false),
            CatalogueValue::Count(_) => Field::new(self.name, DataType::Int64, false),
            CatalogueValue::Flag(_) => Field::new(self.name, DataType::Boolean, false),
        }
    }

    fn array(&self, items: &[T]) -> ArrayRef {
        match self.value {
            CatalogueValue::Text(of) => {
                Arc::new(StringArray::from_iter_values(items.iter().map(of)))
            }
            CatalogueValue::Maybe(of) => Arc::new(items.iter().map(of).collect::<StringArray>()),
            CatalogueValue::Texts(of) => Arc::new(lists(items.iter().map(of))),
            CatalogueValue::Count(of) => {
                Arc::new(Int64Array::from_iter_values(items.iter().map(of)))
            }
            CatalogueValue::Flag(of) => {
                let flags: Vec<bool> = items.iter().map(of).collect();
                Arc::new(BooleanArray::from(flags))
            }
        }
    }
}

fn item() -> Field {
    Field::new_list_field(DataType::Utf8, true)
}

fn lists(rows: impl Iterator<Item = Vec<String>>) -> arrow::array::ListArray {
    let mut builder = ListBuilder::new(StringBuilder::new()).with_field(item());
    for row in rows {
        for text in row {
            builder.values().append_value(text);
        }
        builder.append(true);
    }
    builder.finish()
}
