//! Sums and means of intervals: months, days and nanoseconds are summed separately.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Decimal128Type, Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType,
};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::logical_expr::Accumulator;

use super::factor::mean;
use super::parts::TOTAL;
use crate::functions::kernels::lengths::rounded;

/// Final value of the sums.
#[derive(Debug, Clone, Copy)]
pub(super) enum IntervalTotalKind {
    Sum,
    Mean,
}

/// Sums of the three fields, too wide to overflow.
#[derive(Debug)]
pub(super) struct IntervalSumAccumulator {
    total: IntervalTotalKind,
    fields: [i128; 3],
    count: i64,
}

impl IntervalSumAccumulator {
    pub(super) fn new(total: IntervalTotalKind) -> Self {
        Self {
            total,
            fields: [0; 3],
            count: 0,
        }
    }

    pub(super) fn state_types() -> Vec<(&'static str, DataType)> {
        vec![
            ("months", TOTAL),
            ("days", TOTAL),
            ("nanoseconds", TOTAL),
            ("count", DataType::Int64),
        ]
    }

    pub(super) fn add(&mut self, interval: IntervalMonthDayNano, sign: i64) {
        let wide = i128::from(sign);
        self.fields[0] += wide * i128::from(interval.months);
        self.fields[1] += wide * i128::from(interval.days);
        self.fields[2] += wide * i128::from(interval.nanoseconds);
        self.count += sign;
    }

    fn add_all(&mut self, values: &[ArrayRef], sign: i64) {
        let intervals = values[0].as_primitive::<IntervalMonthDayNanoType>();
        for interval in intervals.iter().flatten() {
            self.add(interval, sign);
        }
    }

    /// Sum or mean, in microseconds; `None` without values.
    pub(super) fn value(&self) -> Result<Option<IntervalMonthDayNano>> {
        if self.count == 0 {
            return Ok(None);
        }
        let count = match self.total {
            IntervalTotalKind::Sum => 1,
            IntervalTotalKind::Mean => i128::from(self.count),
        };
        let too_long =
            || exec_datafusion_err!("the total of {} intervals is too long to hold", self.count);
        let mut found = mean(self.fields, count).ok_or_else(too_long)?;
        if self.fields[2] % 1_000 == 0 {
            let micros = rounded(i128::from(found.nanoseconds), 1_000);
            found.nanoseconds = i64::try_from(micros * 1_000).unwrap_or(found.nanoseconds);
        }
        Ok(Some(found))
    }
}

impl Accumulator for IntervalSumAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add_all(values, 1);
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add_all(values, -1);
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::IntervalMonthDayNano(self.value()?))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let sum = |field: i128| ScalarValue::Decimal128(Some(field), 38, 0);
        let mut state: Vec<_> = self.fields.iter().map(|field| sum(*field)).collect();
        state.push(ScalarValue::Int64(Some(self.count)));
        Ok(state)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for (field, column) in self.fields.iter_mut().zip(states) {
            *field += column
                .as_primitive::<Decimal128Type>()
                .iter()
                .flatten()
                .sum::<i128>();
        }
        let counts = states[3].as_primitive::<Int64Type>();
        self.count += counts.iter().flatten().sum::<i64>();
        debug_assert_eq!(counts.null_count(), 0);
        Ok(())
    }
}
