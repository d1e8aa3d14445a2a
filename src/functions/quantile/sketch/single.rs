//! Accumulators of the sketch of one group, and of a moving frame.

use std::collections::BTreeMap;

use arrow::array::ArrayRef;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

use super::counts::{DurationSketch, SketchContents};
use super::groups::for_each_stored;
use super::{ApproxDurationQuantile, stored};
use crate::functions::declaration::outcome::KpiOutput;

/// All rows at once.
#[derive(Debug)]
pub(super) struct QuantileSketchAccumulator {
    of: ApproxDurationQuantile,
    outcome: KpiOutput,
    sketch: DurationSketch,
}

impl QuantileSketchAccumulator {
    pub(super) fn new(of: ApproxDurationQuantile, outcome: KpiOutput) -> Self {
        Self {
            of,
            outcome,
            sketch: DurationSketch::default(),
        }
    }
}

fn scalar(
    of: &ApproxDurationQuantile,
    outcome: &KpiOutput,
    known: &SketchContents,
) -> Result<ScalarValue> {
    outcome.scalar(known, |k| of.value(k), |k, level| of.measure(k, level))
}

impl Accumulator for QuantileSketchAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let sketch = &mut self.sketch;
        self.of.of.read(values, None, |ticks| ticks, &mut |chunk| {
            chunk.for_each(|_, duration| sketch.add(duration));
        })
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        scalar(&self.of, &self.outcome, &self.sketch.contents())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        stored([&mut self.sketch])
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for_each_stored(states, |_, durations, counts| {
            self.sketch.merge(durations, counts);
        });
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.sketch.bytes()
    }
}

/// A moving frame: durations and their numbers of occurrences, so that rows can be retracted; the result is
/// that of the sketch of the same rows.
#[derive(Debug)]
pub(super) struct SlidingQuantileSketchAccumulator {
    of: ApproxDurationQuantile,
    outcome: KpiOutput,
    counts: BTreeMap<i64, i64>,
}

impl SlidingQuantileSketchAccumulator {
    pub(super) fn new(of: ApproxDurationQuantile, outcome: KpiOutput) -> Self {
        Self {
            of,
            outcome,
            counts: BTreeMap::new(),
        }
    }
}

impl Accumulator for SlidingQuantileSketchAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let counts = &mut self.counts;
        self.of.of.read(values, None, |ticks| ticks, &mut |chunk| {
            chunk.for_each(|_, duration| *counts.entry(duration).or_default() += 1);
        })
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let counts = &mut self.counts;
        let mut forget = |duration| {
            if let Some(count) = counts.get_mut(&duration) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(&duration);
                }
            }
        };
        self.of.of.read(values, None, |ticks| ticks, &mut |chunk| {
            chunk.for_each(|_, duration| forget(duration));
        })
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut sketch = DurationSketch::default();
        let (durations, counts): (Vec<_>, Vec<_>) =
            self.counts.iter().map(|(d, count)| (*d, *count)).unzip();
        sketch.merge(&durations, &counts);
        scalar(&self.of, &self.outcome, &sketch.contents())
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
