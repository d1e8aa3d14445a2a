//! The rows of the other side, beside the texts of their keys.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::{Result, internal_err};
use datafusion::physical_plan::PhysicalExpr;

use super::side::Found;
use super::texts::{ABSENT, FIRST};
use crate::planner::fast_paths::dense_join::with_keys;
use crate::planner::fast_paths::dictionary_scan::dictionary_type;

/// Where a shown column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// The key of either side, since they are equal.
    Key,
    Text,
    /// The column of this side.
    Here(usize),
}

/// What is done with each batch.
pub(super) struct Probe {
    key: Arc<dyn PhysicalExpr>,
    shown: Vec<Shown>,
    schema: SchemaRef,
    found: Arc<Found>,
    /// The texts, from the number [`FIRST`] on.
    texts: ArrayRef,
}

impl Probe {
    pub(super) fn new(
        key: Arc<dyn PhysicalExpr>,
        shown: Vec<Shown>,
        schema: SchemaRef,
        found: Arc<Found>,
    ) -> Self {
        let texts: StringArray = found.texts.iter().map(|text| Some(text.as_ref())).collect();
        Self {
            key,
            shown,
            schema,
            found,
            texts: Arc::new(texts),
        }
    }

    /// The rows of `batch` whose keys have been met.
    ///
    /// # Errors
    /// When the key cannot be evaluated.
    pub(super) fn joined(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let key = self.key.evaluate(batch)?.into_array(batch.num_rows())?;
        let book = &self.found.book;
        let (mut rows, mut numbers) = (vec![], vec![]);
        with_keys!(
            key,
            |keys: Type| {
                rows.reserve(keys.len());
                numbers.reserve(keys.len());
                for (row, &value) in (0_u32..).zip(keys.values()) {
                    let number = book.number(value);
                    if number != ABSENT && keys.is_valid(row as usize) {
                        rows.push(row);
                        numbers.push(number.checked_sub(FIRST).map(i32::from));
                    }
                }
            },
            return internal_err!("{} is no key of a dense join", key.data_type())
        );
        let count = rows.len();
        let is_whole = count == batch.num_rows();
        let rows = UInt32Array::from(rows);
        let numbers = Int32Array::from(numbers);
        let here = |column: &ArrayRef| match is_whole {
            true => Ok(Arc::clone(column)),
            false => take(column, &rows, None),
        };
        let columns = self.shown.iter().zip(self.schema.fields());
        let columns = columns.map(|(shown, field)| {
            Ok(match shown {
                Shown::Here(column) => here(batch.column(*column))?,
                Shown::Key => here(&key)?,
                Shown::Text => {
                    let texts = Arc::clone(&self.texts);
                    let texts = DictionaryArray::try_new(numbers.clone(), texts)?;
                    match *field.data_type() == dictionary_type() {
                        true => Arc::new(texts),
                        false => cast(&texts, field.data_type())?,
                    }
                }
            })
        });
        let columns: Vec<ArrayRef> = columns.collect::<Result<_>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let schema = Arc::clone(&self.schema);
        Ok(RecordBatch::try_new_with_options(
            schema, columns, &options,
        )?)
    }
}
