//! `lead` and `lag` with expressions as offset and default, and with IGNORE NULLS.
//!
//! The stock functions accept literals only and handle NULLs wrongly; these evaluate the whole partition and
//! look rows up by number.

use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::compute::{cast, interleave};
use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    PartitionEvaluator, Signature, TypeSignature, Volatility, WindowUDF, WindowUDFImpl,
};

/// `lead(value [, offset [, default]])`, or `lag`.
///
/// Shape: the type of the value, which the default must have. NULL where the offset is NULL; the default
/// where there is no such row. Among rows equal by ORDER BY, any may come first.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct LeadLagFunction {
    is_lead: bool,
    signature: Signature,
}

/// Window function `lead` or `lag`.
pub(crate) fn shifted_value(is_lead: bool) -> WindowUDF {
    let counts = (1..=3).map(TypeSignature::Any).collect();
    WindowUDF::from(LeadLagFunction {
        is_lead,
        signature: Signature::one_of(counts, Volatility::Immutable),
    })
}

impl WindowUDFImpl for LeadLagFunction {
    fn name(&self) -> &str {
        if self.is_lead { "lead" } else { "lag" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        let Some(value) = args.input_fields().first() else {
            return exec_err!("{} needs a value", self.name());
        };
        let field = value.as_ref().clone().with_nullable(true);
        Ok(field.with_name(args.name()).into())
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(LeadLagEvaluator {
            is_forward: self.is_lead,
            ignores_nulls: args.ignore_nulls(),
        }))
    }
}

#[derive(Debug)]
struct LeadLagEvaluator {
    is_forward: bool,
    ignores_nulls: bool,
}

/// Source of a result row in `interleave`: a value, the row's default, or NULL.
const VALUE: usize = 0;
const DEFAULT: usize = 1;
const NONE: (usize, usize) = (2, 0);

impl PartitionEvaluator for LeadLagEvaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let value = &values[0];
        let offsets = match values.get(1) {
            Some(offsets) if offsets.data_type().is_null() => {
                return Ok(new_null_array(value.data_type(), rows));
            }
            Some(offsets) => Some(cast(offsets, &DataType::Int64)?),
            None => None,
        };
        let offsets = offsets
            .as_ref()
            .map(arrow::array::AsArray::as_primitive::<Int64Type>);
        let none = new_null_array(value.data_type(), 1);
        let default = values
            .get(2)
            .filter(|default| !default.data_type().is_null());
        // Coercion to one type may have left the decimals with different scales.
        let default = default.map(|default| cast(default, value.data_type()));
        let default = default.transpose()?;
        let counted = LeadLagRows::new(value, self.ignores_nulls);
        let places = (0..rows).map(|row| {
            let offset = match offsets {
                Some(offsets) if offsets.is_null(row) => return NONE,
                Some(offsets) => offsets.value(row),
                None => 1,
            };
            let forward = if self.is_forward {
                Some(offset)
            } else {
                offset.checked_neg()
            };
            match forward.and_then(|steps| counted.row_at(row, steps)) {
                Some(found) => (VALUE, found),
                None if default.is_some() => (DEFAULT, row),
                None => NONE,
            }
        });
        let places: Vec<_> = places.collect();
        let default = default.as_ref().unwrap_or(&none);
        Ok(interleave(
            &[value.as_ref(), default.as_ref(), none.as_ref()],
            &places,
        )?)
    }
}

/// Rows by which steps are counted.
struct LeadLagRows {
    rows: usize,
    /// Rows with a value, and their number before each row; `None` if all rows count.
    known: Option<(Vec<usize>, Vec<usize>)>,
}

impl LeadLagRows {
    fn new(value: &ArrayRef, ignores_nulls: bool) -> Self {
        let nulls = value.logical_nulls().filter(|_| ignores_nulls);
        let known = nulls.map(|nulls| {
            let mut known = vec![];
            let mut before = Vec::with_capacity(nulls.len());
            for row in 0..nulls.len() {
                before.push(known.len());
                if nulls.is_valid(row) {
                    known.push(row);
                }
            }
            (known, before)
        });
        Self {
            rows: value.len(),
            known,
        }
    }

    /// Row at distance `steps`; the row itself for 0.
    fn row_at(&self, row: usize, steps: i64) -> Option<usize> {
        let distance = usize::try_from(steps.unsigned_abs()).ok()?;
        let Some((known, before)) = &self.known else {
            let found = if steps < 0 {
                row.checked_sub(distance)
            } else {
                row.checked_add(distance)
            };
            return found.filter(|found| *found < self.rows);
        };
        if steps == 0 {
            return Some(row);
        }
        let here = before[row];
        let is_known = known.get(here) == Some(&row);
        let place = if steps < 0 {
            here.checked_sub(distance)
        } else {
            (here + usize::from(is_known)).checked_add(distance - 1)
        };
        known.get(place?).copied()
    }
}
