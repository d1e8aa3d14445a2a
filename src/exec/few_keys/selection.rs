//! Which rows of a batch pass the filter.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, StringArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::{cast, concat};
use arrow::datatypes::{Int32Type, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::common::cast::as_boolean_array;
use datafusion::physical_plan::PhysicalExpr;

use super::aggregates::known_true;
use super::keys::same_values;
use crate::functions::bits;

/// One of the conditions that rows have to pass.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    /// Over the batch as it is.
    OfRow(Arc<dyn PhysicalExpr>),
    /// Over the value of one dictionary column alone, worked out once per dictionary.
    OfValue {
        /// Where the column is.
        column: usize,
        /// The condition over a batch of the values, whose schema is `schema`.
        condition: Arc<dyn PhysicalExpr>,
        /// One column: the text type that the condition was written for.
        schema: SchemaRef,
    },
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfRow(condition) => write!(f, "{condition}"),
            Self::OfValue { condition, .. } => write!(f, "dictionary({condition})"),
        }
    }
}

/// Conditions with what is known about the dictionaries they saw.
#[derive(Debug)]
pub(super) struct Selection {
    conditions: Vec<(Condition, Option<Verdicts>)>,
}

/// For each value of a dictionary, and at last for NULL, whether it passes.
#[derive(Debug)]
struct Verdicts {
    values: StringArray,
    passes: Vec<bool>,
}

impl Selection {
    pub(super) fn new(conditions: &[Condition]) -> Self {
        let conditions = conditions.iter().cloned();
        Self {
            conditions: conditions.map(|condition| (condition, None)).collect(),
        }
    }

    /// The rows of `batch` that pass; `None` when all do.
    ///
    /// # Errors
    /// When a condition cannot be evaluated.
    pub(super) fn of(&mut self, batch: &RecordBatch) -> Result<Option<BooleanBuffer>> {
        let mut selected: Option<BooleanBuffer> = None;
        for (condition, known) in &mut self.conditions {
            let passing = match condition {
                Condition::OfRow(condition) => of_rows(condition, batch)?,
                Condition::OfValue {
                    column,
                    condition,
                    schema,
                } => {
                    let dictionary = batch.column(*column).as_dictionary::<Int32Type>();
                    let values = dictionary.values().as_string::<i32>();
                    let verdicts = match known.take() {
                        Some(known) if same_values(&known.values, values) => known,
                        _ => Verdicts::of(condition, schema, values)?,
                    };
                    let passing = verdicts.of_keys(dictionary.keys());
                    *known = Some(verdicts);
                    passing
                }
            };
            if let Some(passing) = passing {
                selected = Some(match selected {
                    Some(selected) => &selected & &passing,
                    None => passing,
                });
            }
        }
        Ok(selected)
    }
}

/// NULL does not pass.
fn of_rows(
    condition: &Arc<dyn PhysicalExpr>,
    batch: &RecordBatch,
) -> Result<Option<BooleanBuffer>> {
    let evaluated = condition.evaluate(batch)?.into_array(batch.num_rows())?;
    let passing = known_true(as_boolean_array(&evaluated)?);
    Ok((passing.count_set_bits() < passing.len()).then_some(passing))
}

impl Verdicts {
    fn of(
        condition: &Arc<dyn PhysicalExpr>,
        schema: &SchemaRef,
        values: &StringArray,
    ) -> Result<Self> {
        let null: ArrayRef = Arc::new(StringArray::from(vec![None::<&str>]));
        let with_null = concat(&[values, &null])?;
        let text = cast(&with_null, schema.field(0).data_type())?;
        let rows = text.len();
        let batch = RecordBatch::try_new(Arc::clone(schema), vec![text])?;
        let evaluated = condition.evaluate(&batch)?.into_array(rows)?;
        let passes = known_true(as_boolean_array(&evaluated)?).iter().collect();
        Ok(Self {
            values: values.clone(),
            passes,
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

/// Which of `keys` point at one of `verdicts` that is true; of keys below NULL anything.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "keys of a dictionary are at least 0 and below its length"
)]
fn passing(verdicts: &[bool], keys: &[i32]) -> BooleanBuffer {
    let mut passing = (0..).zip(verdicts).filter(|(_, passes)| **passes);
    // Comparing with one value is a matter of few instructions for many rows.
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
