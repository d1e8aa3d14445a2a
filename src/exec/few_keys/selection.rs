//! Which rows of a batch pass the filter.

use std::fmt;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::buffer::BooleanBuffer;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::common::cast::as_boolean_array;
use datafusion::physical_plan::PhysicalExpr;

use crate::exec::dictionary::{OfValue, Verdicts};
use crate::functions::bits;

/// One of the conditions that rows have to pass.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    /// Over the batch as it is.
    OfRow(Arc<dyn PhysicalExpr>),
    /// Over the values of the dictionary in that column.
    OfValue(usize, OfValue),
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfRow(condition) => write!(f, "{condition}"),
            Self::OfValue(_, condition) => write!(f, "{condition}"),
        }
    }
}

/// Conditions with what is known about the dictionaries they saw.
#[derive(Debug)]
pub(super) struct Selection {
    conditions: Vec<(Condition, Option<Verdicts>)>,
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
                Condition::OfValue(column, condition) => {
                    condition.passing(batch.column(*column).as_dictionary(), known)?
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
    let passing = bits::known_true(as_boolean_array(&evaluated)?);
    Ok((passing.count_set_bits() < passing.len()).then_some(passing))
}
