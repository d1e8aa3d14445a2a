//! A predicate on text, evaluated over the values of a dictionary.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use arrow::array::{ArrayRef, AsArray, BooleanArray};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_plan::PhysicalExpr;

use super::predicate_cache::{DictionaryPredicate, DictionaryPredicateCache};

/// True for rows of `column`, a dictionary, that meet the predicate; false where it is NULL.
#[derive(Debug)]
pub(super) struct DictionaryPredicateExpr {
    column: Arc<dyn PhysicalExpr>,
    condition: DictionaryPredicate,
    /// Results for the last dictionary. Partitions share them, and most often the dictionary too.
    known: Mutex<Option<DictionaryPredicateCache>>,
}

impl DictionaryPredicateExpr {
    pub(super) fn new(column: Arc<dyn PhysicalExpr>, condition: DictionaryPredicate) -> Self {
        Self {
            column,
            condition,
            known: Mutex::default(),
        }
    }

    fn passing(&self, dictionary: &ArrayRef) -> Result<BooleanBuffer> {
        let mut known = self.known.lock().ok().and_then(|known| known.clone());
        let passing = self
            .condition
            .passing(dictionary.as_dictionary(), &mut known);
        if let Ok(mut kept) = self.known.lock() {
            *kept = known;
        }
        match passing {
            Ok(Some(passing)) => Ok(passing),
            Ok(None) => Ok(BooleanBuffer::new_set(dictionary.len())),
            // The failing value may be of no row, so the rows are evaluated instead.
            Err(_) => self.condition.of_texts(dictionary),
        }
    }
}

impl fmt::Display for DictionaryPredicateExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.condition)
    }
}

impl PartialEq for DictionaryPredicateExpr {
    fn eq(&self, other: &Self) -> bool {
        let [this, that] = [&self.condition, &other.condition].map(|of| &of.condition);
        self.column.eq(&other.column) && this.eq(that)
    }
}

impl Eq for DictionaryPredicateExpr {}

impl Hash for DictionaryPredicateExpr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.hash(state);
        self.condition.condition.hash(state);
    }
}

impl PhysicalExpr for DictionaryPredicateExpr {
    fn return_field(&self, _: &Schema) -> Result<FieldRef> {
        let name = self.condition.to_string();
        Ok(Arc::new(Field::new(name, DataType::Boolean, false)))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let dictionary = self.column.evaluate(batch)?.into_array(batch.num_rows())?;
        let passing = BooleanArray::new(self.passing(&dictionary)?, None);
        Ok(ColumnarValue::Array(Arc::new(passing)))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.column]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        match children.pop().filter(|_| children.is_empty()) {
            Some(column) => Ok(Arc::new(Self::new(column, self.condition.clone()))),
            None => internal_err!("a condition per value is about one column"),
        }
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
