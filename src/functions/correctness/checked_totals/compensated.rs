//! `sum` of doubles that compensates the rounding of each addition, so that the shares of a total add up to
//! it in any order of rows.

use std::mem::size_of_val;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::Float64Type;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

/// Number of independent sums: an addition of doubles waits for the one before it.
const LANES: usize = 8;

/// A sum and its rounding error.
#[derive(Debug, Clone, Copy, Default)]
struct CompensatedSumLane {
    sum: f64,
    rest: f64,
}

impl CompensatedSumLane {
    /// Adds by Knuth's algorithm, whose error term is exact.
    #[inline]
    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        let added = sum - self.sum;
        self.rest += (self.sum - (sum - added)) + (value - added);
        self.sum = sum;
    }

    fn value(self) -> f64 {
        if self.rest.is_finite() {
            self.sum + self.rest
        } else {
            // With an infinity there is no error to compensate.
            self.sum
        }
    }
}

/// The sum of one group; its state is a double, as in the stock function.
#[derive(Debug, Default)]
pub(crate) struct CompensatedSum {
    lanes: [CompensatedSumLane; LANES],
    has_value: bool,
}

impl CompensatedSum {
    pub(crate) fn add_all(&mut self, values: &[f64]) {
        let (eights, rest) = values.as_chunks::<LANES>();
        for eight in eights {
            for (lane, value) in self.lanes.iter_mut().zip(eight) {
                lane.add(*value);
            }
        }
        rest.iter().for_each(|value| self.lanes[0].add(*value));
        self.has_value |= !values.is_empty();
    }

    /// `None` before the first value.
    pub(crate) fn total(&self) -> Option<f64> {
        let mut all = CompensatedSumLane::default();
        for lane in self.lanes {
            all.add(lane.sum);
        }
        all.rest += self.lanes.iter().map(|lane| lane.rest).sum::<f64>();
        self.has_value.then(|| all.value())
    }
}

impl Accumulator for CompensatedSum {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = values[0].as_primitive::<Float64Type>();
        match values.null_count() {
            0 => self.add_all(values.values()),
            _ => {
                for value in values.iter().flatten() {
                    self.add_all(&[value]);
                }
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.total()))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Float64(self.total())])
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}
