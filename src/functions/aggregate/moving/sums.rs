//! `sum` and `avg` of doubles over a moving frame.

use std::mem::size_of;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;
use datafusion::logical_expr::function::AccumulatorArgs;

use super::exact_sum::ExactSum;

/// Exact sum of the frame and the number of its values.
#[derive(Debug)]
pub(super) struct MovingSumAccumulator {
    is_mean: bool,
    sum: ExactSum,
    values: u64,
}

impl MovingSumAccumulator {
    /// Accumulator of the call if it is the sum or mean of doubles as a double.
    pub(super) fn for_call(function: &str, args: &AccumulatorArgs<'_>) -> Option<Self> {
        let [field] = args.expr_fields else {
            return None;
        };
        let is_double = *field.data_type() == DataType::Float64
            && *args.return_field.data_type() == DataType::Float64;
        let is_ours = ["sum", "avg"].contains(&function) && is_double && !args.is_distinct;
        is_ours.then(|| Self {
            is_mean: function == "avg",
            sum: ExactSum::new(),
            values: 0,
        })
    }
}

impl Accumulator for MovingSumAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Float64Type>().iter().flatten() {
            self.sum.add(value);
            self.values += 1;
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Float64Type>().iter().flatten() {
            self.sum.remove(value);
            self.values -= 1;
        }
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 rows")]
    fn evaluate(&mut self) -> Result<ScalarValue> {
        let value = (self.values > 0).then(|| {
            if self.is_mean {
                self.sum.value() / self.values as f64
            } else {
                self.sum.value()
            }
        });
        Ok(ScalarValue::Float64(value))
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn size(&self) -> usize {
        size_of::<Self>() + 68 * size_of::<i64>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("a moving frame has no state to merge")
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        internal_err!("a moving frame has no state to merge")
    }
}
