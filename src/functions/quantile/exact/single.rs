//! Accumulators of the values of one group, and of a moving frame.

use std::collections::BTreeMap;

use arrow::array::ArrayRef;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

use super::multiset::CompactMultiset;
use super::ranked::RankedValues;
use super::width::QuantileKey;
use super::{QuantileQuery, lists};

fn answer(question: &impl QuantileQuery, ranked: &mut RankedValues) -> Result<ScalarValue> {
    let column = question.column(&[question.answer(ranked)])?;
    ScalarValue::try_from_array(&column, 0)
}

/// All rows at once.
#[derive(Debug)]
pub(super) struct ExactQuantileAccumulator<Q, W> {
    question: Q,
    values: CompactMultiset<W>,
}

impl<Q: QuantileQuery, W: QuantileKey> ExactQuantileAccumulator<Q, W> {
    pub(super) fn new(question: Q) -> Self {
        Self {
            question,
            values: CompactMultiset::default(),
        }
    }
}

impl<Q: QuantileQuery, W: QuantileKey> Accumulator for ExactQuantileAccumulator<Q, W> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let kept = &mut self.values;
        self.question.read(values, None, &mut |chunk| {
            chunk.for_each(|_, key| {
                kept.push(key);
            });
        })
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        answer(&self.question, &mut self.values.clone().into_ranked())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let columns = lists::stored([std::mem::take(&mut self.values)]);
        let scalars = columns.iter().map(|c| ScalarValue::try_from_array(c, 0));
        scalars.collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let kept = &mut self.values;
        lists::merge(states, |_, parts| kept.extend(parts).map(|_| ()))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.size()
    }
}

/// A moving frame: keys and their numbers of occurrences, so that rows can be retracted.
#[derive(Debug)]
pub(super) struct SlidingExactQuantileAccumulator<Q> {
    question: Q,
    counts: BTreeMap<i64, usize>,
}

impl<Q: QuantileQuery> SlidingExactQuantileAccumulator<Q> {
    pub(super) fn new(question: Q) -> Self {
        Self {
            question,
            counts: BTreeMap::new(),
        }
    }
}

impl<Q: QuantileQuery> Accumulator for SlidingExactQuantileAccumulator<Q> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let counts = &mut self.counts;
        self.question.read(values, None, &mut |chunk| {
            chunk.for_each(|_, key| *counts.entry(key).or_default() += 1);
        })
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let counts = &mut self.counts;
        let mut forget = |key| {
            if let Some(count) = counts.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(&key);
                }
            }
        };
        self.question.read(values, None, &mut |chunk| {
            chunk.for_each(|_, key| forget(key));
        })
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let counts = self.counts.iter().map(|(&key, &count)| (key, count));
        answer(&self.question, &mut RankedValues::counted(counts))
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
