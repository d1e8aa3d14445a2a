//! A deterministic expression of one text column, evaluated once for each entry of its dictionary.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, Int32Array, StringArray,
};
use arrow::compute::{cast, concat, take};
use arrow::datatypes::{DataType, FieldRef, Int32Type, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_plan::PhysicalExpr;

use super::predicate_cache::passing;
use super::same_values;

/// Number of dictionaries whose results are retained: partitions read different ones at the same time.
const RETAINED: usize = 4;

/// The form of the results of text expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum EntryOutput {
    /// An array of the type of the expression.
    Plain,
    /// Text as a dictionary with the keys of the column, for an encoder that reads both; plain where rows had to
    /// be evaluated.
    Dictionary,
}

/// The value of `expression` for each row of `column`, a dictionary.
#[derive(Debug)]
pub(super) struct DictionaryEntryExpr {
    column: Arc<dyn PhysicalExpr>,
    /// Over batches of `text`.
    expression: Arc<dyn PhysicalExpr>,
    /// One nullable column, of the text type in the expression.
    text: SchemaRef,
    /// The result, which is not nullable if the column is not.
    field: FieldRef,
    output: EntryOutput,
    known: Mutex<Vec<EntryResults>>,
}

/// The results for one dictionary.
#[derive(Debug, Clone)]
struct EntryResults {
    entries: StringArray,
    /// The result for each entry, and at the end for NULL.
    results: ArrayRef,
    /// The results without the last, if they are truth values without NULL.
    truths: Option<Arc<[bool]>>,
    /// The results without the last as text, for [`EntryOutput::Dictionary`].
    texts: Option<Arc<StringArray>>,
}

impl DictionaryEntryExpr {
    /// `expression` reads the only column of `text`, which `column` provides.
    pub(super) fn new(
        column: Arc<dyn PhysicalExpr>,
        expression: Arc<dyn PhysicalExpr>,
        text: SchemaRef,
        field: FieldRef,
        output: EntryOutput,
    ) -> Self {
        Self {
            column,
            expression,
            text,
            field,
            output,
            known: Mutex::default(),
        }
    }

    /// The results for the entries of `dictionary`; `None` if there are as many entries as rows, or one of them
    /// fails, which may belong to no row.
    fn results(&self, dictionary: &DictionaryArray<Int32Type>) -> Option<EntryResults> {
        let entries = dictionary.values().as_string::<i32>();
        let mut known = self.known.lock().ok()?;
        let same = |known: &&EntryResults| same_values(&known.entries, entries);
        if let Some(results) = known.iter().find(same) {
            return Some(results.clone());
        }
        if entries.len() >= dictionary.len() {
            return None;
        }
        let results = self.evaluate_entries(entries).ok()?;
        if known.len() == RETAINED {
            known.remove(0);
        }
        known.push(results.clone());
        Some(results)
    }

    fn evaluate_entries(&self, entries: &StringArray) -> Result<EntryResults> {
        let null: ArrayRef = Arc::new(StringArray::from(vec![None::<&str>]));
        let results = self.evaluate_rows(&concat(&[entries, &null])?)?;
        let own = results.slice(0, entries.len());
        let is_truth = *own.data_type() == DataType::Boolean && own.null_count() == 0;
        let texts = match self.output {
            EntryOutput::Plain => None,
            EntryOutput::Dictionary => Some(Arc::new(
                cast(&own, &DataType::Utf8)?.as_string::<i32>().clone(),
            )),
        };
        Ok(EntryResults {
            entries: entries.clone(),
            truths: is_truth.then(|| own.as_boolean().values().iter().collect()),
            texts,
            results,
        })
    }

    fn evaluate_rows(&self, column: &dyn Array) -> Result<ArrayRef> {
        let text = cast(column, self.text.field(0).data_type())?;
        let rows = text.len();
        let batch = RecordBatch::try_new(Arc::clone(&self.text), vec![text])?;
        self.expression.evaluate(&batch)?.into_array(rows)
    }
}

impl EntryResults {
    /// The result for each of `keys`.
    fn of_keys(&self, keys: &Int32Array) -> Result<ArrayRef> {
        let of_null = self.results.len() - 1;
        if keys.null_count() > 0 && self.results.is_valid(of_null) {
            let of_null = i32::try_from(of_null).ok();
            let keys: Int32Array = keys.iter().map(|key| key.or(of_null)).collect();
            return Ok(take(&self.results, &keys, None)?);
        }
        if let Some(truths) = &self.truths {
            let truths = passing(truths, keys.values());
            return Ok(Arc::new(BooleanArray::new(truths, keys.nulls().cloned())));
        }
        if let Some(texts) = &self.texts {
            let texts = Arc::clone(texts);
            return Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(
                keys.clone(),
                texts,
            )?));
        }
        Ok(take(&self.results, keys, None)?)
    }
}

impl fmt::Display for DictionaryEntryExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dictionary({})", self.expression)
    }
}

impl PartialEq for DictionaryEntryExpr {
    fn eq(&self, other: &Self) -> bool {
        self.column.eq(&other.column)
            && self.expression.eq(&other.expression)
            && self.output == other.output
    }
}

impl Eq for DictionaryEntryExpr {}

impl Hash for DictionaryEntryExpr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.hash(state);
        self.expression.hash(state);
        self.output.hash(state);
    }
}

impl PhysicalExpr for DictionaryEntryExpr {
    fn return_field(&self, _: &Schema) -> Result<FieldRef> {
        Ok(Arc::clone(&self.field))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let column = self.column.evaluate(batch)?.into_array(batch.num_rows())?;
        let Some(dictionary) = column.as_dictionary_opt::<Int32Type>() else {
            return internal_err!("{} is no dictionary", self.column);
        };
        let values = match self.results(dictionary) {
            Some(results) => results.of_keys(dictionary.keys())?,
            None => self.evaluate_rows(&column)?,
        };
        Ok(ColumnarValue::Array(values))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.column]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        match children.pop().filter(|_| children.is_empty()) {
            Some(column) => Ok(Arc::new(Self::new(
                column,
                Arc::clone(&self.expression),
                Arc::clone(&self.text),
                Arc::clone(&self.field),
                self.output,
            ))),
            None => internal_err!("an expression of entries is about one column"),
        }
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
