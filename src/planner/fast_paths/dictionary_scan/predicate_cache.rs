//! The results of a predicate for each value of a dictionary.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, StringArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::{cast, concat};
use arrow::datatypes::{Field, Int32Type, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::common::cast::as_boolean_array;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::PhysicalExpr;

use super::same_values;
use crate::functions::kernels::bits;
use crate::planner::rewrite::substituted;

/// A predicate over one text column alone, evaluated once per dictionary.
#[derive(Debug, Clone)]
pub(crate) struct DictionaryPredicate {
    condition: Arc<dyn PhysicalExpr>,
    /// One column, of the text type in the predicate.
    schema: SchemaRef,
}

impl DictionaryPredicate {
    /// `condition`, which reads no column but that at `column` of `schema`.
    ///
    /// # Errors
    /// When it cannot be rewritten.
    pub(crate) fn new(
        condition: &Arc<dyn PhysicalExpr>,
        column: usize,
        schema: &Schema,
    ) -> Result<Self> {
        let field: Field = schema.field(column).clone().with_nullable(true);
        let alone: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), 0));
        Ok(Self {
            condition: substituted(condition, &vec![alone; schema.fields().len()])?,
            schema: Arc::new(Schema::new(vec![field])),
        })
    }

    /// The rows of `text` that pass; NULL does not.
    ///
    /// # Errors
    /// When the condition cannot be evaluated.
    fn of_texts(&self, text: &ArrayRef) -> Result<BooleanBuffer> {
        let text = cast(text, self.schema.field(0).data_type())?;
        let rows = text.len();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), vec![text])?;
        let evaluated = self.condition.evaluate(&batch)?.into_array(rows)?;
        Ok(bits::known_true(as_boolean_array(&evaluated)?))
    }

    /// The rows of `dictionary` that pass; `None` if all do. The cache `known` is used if the
    /// dictionary is the same as before, and replaced otherwise.
    ///
    /// # Errors
    /// When the predicate cannot be evaluated, even if only for a value that no row has.
    pub(crate) fn passing(
        &self,
        dictionary: &DictionaryArray<Int32Type>,
        known: &mut Option<DictionaryPredicateCache>,
    ) -> Result<Option<BooleanBuffer>> {
        let values = dictionary.values().as_string::<i32>();
        let verdicts = match known.take() {
            Some(known) if same_values(&known.values, values) => known,
            _ => DictionaryPredicateCache::try_new(self, values)?,
        };
        let passing = verdicts.of_keys(dictionary.keys());
        *known = Some(verdicts);
        Ok(passing)
    }
}

impl fmt::Display for DictionaryPredicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dictionary({})", self.condition)
    }
}

/// The result for each value of a dictionary, and at the end for NULL.
#[derive(Debug, Clone)]
pub(crate) struct DictionaryPredicateCache {
    values: StringArray,
    passes: Vec<bool>,
}

impl DictionaryPredicateCache {
    fn try_new(condition: &DictionaryPredicate, values: &StringArray) -> Result<Self> {
        let null: ArrayRef = Arc::new(StringArray::from(vec![None::<&str>]));
        let with_null = concat(&[values, &null])?;
        Ok(Self {
            values: values.clone(),
            passes: condition.of_texts(&with_null)?.iter().collect(),
        })
    }

    fn of_keys(&self, keys: &Int32Array) -> Option<BooleanBuffer> {
        let (for_null, used) = self.passes.split_last()?;
        let null_passes = keys.null_count() == 0 || *for_null;
        if null_passes && used.iter().all(|&passes| passes) {
            return None;
        }
        let passing = passing(used, keys.values());
        Some(match (keys.nulls(), for_null) {
            (None, _) => passing,
            (Some(nulls), true) => &passing | &!nulls.inner(),
            (Some(nulls), false) => &passing & nulls.inner(),
        })
    }
}

/// True for `keys` whose value in `verdicts` is true; any result for the key of a NULL row.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "keys of a dictionary are at least 0 and below its length"
)]
pub(super) fn passing(verdicts: &[bool], keys: &[i32]) -> BooleanBuffer {
    let mut passing = (0..).zip(verdicts).filter(|(_, passes)| **passes);
    // Comparing with one value takes few instructions for many rows.
    if let (Some((only, _)), None) = (passing.next(), passing.next()) {
        return bits::collect(keys, |key: i32| key == only);
    }
    let mut few = [false; 256];
    match few.get_mut(..verdicts.len()) {
        Some(known) => {
            known.copy_from_slice(verdicts);
            bits::collect(keys, |key| few[usize::from(key as u8)])
        }
        None => bits::collect(keys, |key| {
            verdicts.get(key as usize).copied().unwrap_or(false)
        }),
    }
}
