//! All intervals of a group, for aggregates that need each of them: the least, the greatest, a quantile.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Field, Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, TimeUnit,
};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err};
use datafusion::logical_expr::Accumulator;

use super::extremes::compare;
use super::factor::{IntervalFactor, multiply};
use super::sums::{IntervalSumAccumulator, IntervalTotalKind};
use crate::functions::kernels::lengths::{INTERVAL, nanoseconds, tick};

/// Statistic of the intervals.
#[derive(Debug, Clone, Copy)]
pub(super) enum IntervalStatistic {
    Least,
    Greatest,
    /// Median length, of intervals without months.
    Median,
    /// Length at this fraction of the order from the shortest to the longest.
    Quantile(f64),
    DistinctSum,
    DistinctMean,
}

/// Intervals consumed so far. Durations are stored as intervals of nanoseconds.
#[derive(Debug)]
pub(super) struct IntervalStatisticAccumulator {
    choice: IntervalStatistic,
    result: DataType,
    is_distinct: bool,
    values: Vec<IntervalMonthDayNano>,
}

impl IntervalStatisticAccumulator {
    pub(super) fn new(choice: IntervalStatistic, result: DataType, is_distinct: bool) -> Self {
        Self {
            choice,
            result,
            is_distinct,
            values: Vec::new(),
        }
    }

    pub(super) fn state_types() -> Vec<(&'static str, DataType)> {
        let item = Field::new_list_field(INTERVAL, true);
        vec![("values", DataType::List(item.into()))]
    }

    fn take(&mut self, values: &ArrayRef) -> Result<()> {
        self.values.extend(read(values)?);
        Ok(())
    }

    /// Sorted values; with DISTINCT, each length once.
    fn ordered(&self) -> Vec<IntervalMonthDayNano> {
        let mut values = self.values.clone();
        values.sort_unstable_by(|one, other| compare(*one, *other));
        if self.is_distinct {
            values.dedup_by_key(|value| nanoseconds(*value));
        }
        values
    }

    fn chosen(&self) -> Result<Option<IntervalMonthDayNano>> {
        let values = self.values.iter().copied();
        Ok(match self.choice {
            IntervalStatistic::Least => values.min_by(|one, other| compare(*one, *other)),
            IntervalStatistic::Greatest => values.max_by(|one, other| compare(*one, *other)),
            IntervalStatistic::Median if self.values.iter().any(|value| value.months != 0) => {
                return exec_err!(
                    "median takes numbers or durations; an INTERVAL of months has no fixed length, so \
                     take the median of the difference of two timestamps"
                );
            }
            IntervalStatistic::Median => between(&self.ordered(), 0.5)?,
            IntervalStatistic::Quantile(q) => between(&self.ordered(), q)?,
            IntervalStatistic::DistinctSum => self.total(IntervalTotalKind::Sum)?,
            IntervalStatistic::DistinctMean => self.total(IntervalTotalKind::Mean)?,
        })
    }

    fn total(&self, total: IntervalTotalKind) -> Result<Option<IntervalMonthDayNano>> {
        let mut sums = IntervalSumAccumulator::new(total);
        for value in self.ordered() {
            sums.add(value, 1);
        }
        sums.value()
    }

    fn scalar(&self, chosen: Option<IntervalMonthDayNano>) -> ScalarValue {
        let DataType::Duration(unit) = self.result else {
            return ScalarValue::IntervalMonthDayNano(chosen);
        };
        let count = chosen.and_then(|chosen| {
            let counted = crate::functions::kernels::lengths::rounded(
                nanoseconds(chosen),
                i128::from(tick(unit)),
            );
            i64::try_from(counted).ok()
        });
        match unit {
            TimeUnit::Second => ScalarValue::DurationSecond(count),
            TimeUnit::Millisecond => ScalarValue::DurationMillisecond(count),
            TimeUnit::Microsecond => ScalarValue::DurationMicrosecond(count),
            TimeUnit::Nanosecond => ScalarValue::DurationNanosecond(count),
        }
    }
}

/// Values of a column without the NULLs.
fn read(values: &ArrayRef) -> Result<Vec<IntervalMonthDayNano>> {
    let DataType::Duration(unit) = *values.data_type() else {
        let values = values.as_primitive::<IntervalMonthDayNanoType>();
        return Ok(values.iter().flatten().collect());
    };
    let counts = cast(values, &DataType::Int64)?;
    let counts = counts.as_primitive::<Int64Type>().iter().flatten();
    let too_long = || exec_datafusion_err!("a duration of more than 292 years is too long here");
    counts
        .map(|count| {
            let nanos = count.checked_mul(tick(unit)).ok_or_else(too_long)?;
            Ok(IntervalMonthDayNano::new(0, 0, nanos))
        })
        .collect()
}

/// Length at the fraction `q` of the sorted `values`; between two of them it is interpolated field by field.
fn between(values: &[IntervalMonthDayNano], q: f64) -> Result<Option<IntervalMonthDayNano>> {
    let Some(last) = values.len().checked_sub(1) else {
        return Ok(None);
    };
    #[expect(clippy::cast_precision_loss, reason = "a rank is far below 2^52")]
    let place = q * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to the last rank"
    )]
    let below = (place.floor() as usize).min(last);
    let (low, high) = (values[below], values[(below + 1).min(last)]);
    let way = place - place.floor();
    if way == 0.0 || low == high {
        return Ok(Some(low));
    }
    let too_long = || exec_datafusion_err!("the intervals of a percentile are too far apart");
    let gap = IntervalMonthDayNano::new(
        high.months.checked_sub(low.months).ok_or_else(too_long)?,
        high.days.checked_sub(low.days).ok_or_else(too_long)?,
        high.nanoseconds
            .checked_sub(low.nanoseconds)
            .ok_or_else(too_long)?,
    );
    let gap = multiply(gap, IntervalFactor::Float(way)).ok_or_else(too_long)?;
    Ok(Some(IntervalMonthDayNano::new(
        low.months.checked_add(gap.months).ok_or_else(too_long)?,
        low.days.checked_add(gap.days).ok_or_else(too_long)?,
        low.nanoseconds
            .checked_add(gap.nanoseconds)
            .ok_or_else(too_long)?,
    )))
}

impl Accumulator for IntervalStatisticAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.take(&values[0])
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in read(&values[0])? {
            if let Some(at) = self.values.iter().position(|held| *held == value) {
                self.values.swap_remove(at);
            }
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.scalar(self.chosen()?))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<IntervalMonthDayNano>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let kept: Vec<_> = match (self.choice, self.is_distinct) {
            (IntervalStatistic::Least | IntervalStatistic::Greatest, _) => {
                self.chosen()?.into_iter().collect()
            }
            (_, true) => {
                let all: HashSet<_> = self.values.drain(..).collect();
                all.into_iter().collect()
            }
            _ => std::mem::take(&mut self.values),
        };
        let scalars: Vec<_> = kept
            .into_iter()
            .map(|value| ScalarValue::IntervalMonthDayNano(Some(value)))
            .collect();
        let list = ScalarValue::new_list_nullable(&scalars, &INTERVAL);
        Ok(vec![ScalarValue::List(list)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            self.take(&list)?;
        }
        Ok(())
    }
}
