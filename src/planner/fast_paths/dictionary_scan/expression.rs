//! A text column of a scan, read as the dictionary in the file.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Int32Type, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::expressions::CastExpr;
use datafusion::physical_plan::PhysicalExpr;

use super::dictionary_type;

/// `text` as a dictionary of `Utf8` with `Int32` keys.
///
/// The scan adapts `text` to the schema of each file. If a file has a dictionary, that is a cast to
/// text, which is omitted here; if it has text, every row gets a key of its own, so that no value is
/// hashed.
#[derive(Debug)]
pub(super) struct TextAsDictionaryExpr {
    text: Arc<dyn PhysicalExpr>,
}

impl TextAsDictionaryExpr {
    pub(super) fn new(text: Arc<dyn PhysicalExpr>) -> Self {
        Self { text }
    }

    /// The operand of a cast that decodes the dictionary.
    fn stored(&self, schema: &Schema) -> Result<Option<&Arc<dyn PhysicalExpr>>> {
        let Some(cast) = self.text.downcast_ref::<CastExpr>() else {
            return Ok(None);
        };
        let is_dictionary = cast.expr().data_type(schema)? == dictionary_type();
        Ok(is_dictionary.then(|| cast.expr()))
    }
}

impl fmt::Display for TextAsDictionaryExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dictionary({})", self.text)
    }
}

impl PartialEq for TextAsDictionaryExpr {
    fn eq(&self, other: &Self) -> bool {
        self.text.eq(&other.text)
    }
}

impl Eq for TextAsDictionaryExpr {}

impl Hash for TextAsDictionaryExpr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PhysicalExpr for TextAsDictionaryExpr {
    fn return_field(&self, schema: &Schema) -> Result<FieldRef> {
        let text = self.text.return_field(schema)?;
        Ok(Arc::new(
            Field::new(text.name(), dictionary_type(), text.is_nullable())
                .with_metadata(text.metadata().clone()),
        ))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let read = match self.stored(batch.schema_ref())? {
            Some(stored) => stored.evaluate(batch)?,
            None => self.text.evaluate(batch)?,
        };
        let array = read.into_array(batch.num_rows())?;
        if *array.data_type() == dictionary_type() {
            return Ok(ColumnarValue::Array(array));
        }
        one_key_a_row(&array).map(ColumnarValue::Array)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.text]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        match children.pop().filter(|_| children.is_empty()) {
            Some(text) => Ok(Arc::new(Self::new(text))),
            None => internal_err!("dictionary takes one argument"),
        }
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

fn one_key_a_row(text: &ArrayRef) -> Result<ArrayRef> {
    let values = cast(text, &DataType::Utf8)?;
    let rows = i32::try_from(values.len());
    let Ok(rows) = rows else {
        return internal_err!("a batch of {} rows", values.len());
    };
    let keys = Int32Array::new((0..rows).collect(), values.logical_nulls());
    // The values keep their NULLs too, at positions to which no valid key points.
    let values = Arc::new(values.as_string::<i32>().clone());
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(
        keys, values,
    )?))
}
