//! Durations of one group, and of a moving frame.

use std::collections::BTreeMap;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::Int64Type;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

use super::SpreadOf;
use super::lists::list_column;
use crate::functions::outcome::Outcome;

/// All rows at once.
#[derive(Debug)]
pub(super) struct Single {
    of: SpreadOf,
    outcome: Outcome,
    values: Vec<i64>,
}

impl Single {
    pub(super) fn new(of: SpreadOf, outcome: Outcome) -> Self {
        Self {
            of,
            outcome,
            values: vec![],
        }
    }
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let kept = &mut self.values;
        self.of.of.read(values, None, |ticks| ticks, &mut |chunk| {
            chunk.for_each(|_, ticks| kept.push(ticks));
        })
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.of.one(&self.outcome, self.values.clone())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values = std::mem::take(&mut self.values);
        Ok(vec![ScalarValue::try_from_array(
            &list_column(&[values]),
            0,
        )?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i64>().iter().flatten() {
            self.values
                .extend(list.as_primitive::<Int64Type>().values());
        }
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<i64>()
    }
}

/// A moving frame: durations with how often they occur, so that rows can leave.
#[derive(Debug)]
pub(super) struct Sliding {
    of: SpreadOf,
    outcome: Outcome,
    counts: BTreeMap<i64, usize>,
}

impl Sliding {
    pub(super) fn new(of: SpreadOf, outcome: Outcome) -> Self {
        Self {
            of,
            outcome,
            counts: BTreeMap::new(),
        }
    }
}

impl Accumulator for Sliding {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let counts = &mut self.counts;
        self.of.of.read(values, None, |ticks| ticks, &mut |chunk| {
            chunk.for_each(|_, ticks| *counts.entry(ticks).or_default() += 1);
        })
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let counts = &mut self.counts;
        let mut forget = |ticks| {
            if let Some(count) = counts.get_mut(&ticks) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(&ticks);
                }
            }
        };
        self.of.of.read(values, None, |ticks| ticks, &mut |chunk| {
            chunk.for_each(|_, ticks| forget(ticks));
        })
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let values = self
            .counts
            .iter()
            .flat_map(|(&ticks, &count)| std::iter::repeat_n(ticks, count));
        self.of.one(&self.outcome, values.collect())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("a window frame has no stored state")
    }

    fn merge_batch(&mut self, _states: &[ArrayRef]) -> Result<()> {
        internal_err!("a window frame has no stored state")
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.counts.len() * 3 * size_of::<usize>()
    }
}
