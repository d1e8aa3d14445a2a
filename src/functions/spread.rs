//! Durations kept one by one, for exact quantiles.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use crate::functions::kpi::Bound;
use crate::functions::kpis::duration::Durations;
use crate::functions::numbers::ratio;
use crate::functions::outcome::{Measured, Outcome};
use crate::functions::statistics;

/// What is asked of the durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Quantiles {
    /// One quantile.
    One(f64),
    /// The mean, with total, median and 90th percentile as parts.
    WithMean,
}

/// Quantiles of the durations of a call.
#[derive(Debug, Clone)]
pub(crate) struct SpreadOf {
    pub(crate) of: Durations,
    pub(crate) quantiles: Quantiles,
}

/// The stored state: one list of durations, in ticks.
pub(crate) fn state(_arguments: &[DataType], _detail: bool) -> Vec<(&'static str, DataType)> {
    vec![("durations", DataType::List(Arc::new(item_field())))]
}

fn item_field() -> Field {
    Field::new_list_field(DataType::Int64, true)
}

fn lists(groups: &[Vec<i64>]) -> ArrayRef {
    let values = Int64Array::from_iter_values(groups.iter().flatten().copied());
    let offsets = OffsetBuffer::from_lengths(groups.iter().map(Vec::len));
    Arc::new(ListArray::new(
        Arc::new(item_field()),
        offsets,
        Arc::new(values),
        None,
    ))
}

impl Bound for SpreadOf {
    fn accumulator(&self, outcome: Outcome, sliding: bool) -> Result<Box<dyn Accumulator>> {
        let of = self.clone();
        Ok(match sliding {
            false => Box::new(Single {
                of,
                outcome,
                values: vec![],
            }),
            true => Box::new(Sliding {
                of,
                outcome,
                counts: BTreeMap::new(),
            }),
        })
    }

    fn groups(&self, outcome: Outcome) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups {
            of: self.clone(),
            outcome,
            groups: vec![],
            bytes: 0,
        }))
    }
}

impl SpreadOf {
    fn one(&self, outcome: &Outcome, mut values: Vec<i64>) -> Result<ScalarValue> {
        values.sort_unstable();
        outcome.scalar(
            &values,
            |v| self.value(v),
            |v, level| self.measure(v, level),
        )
    }

    fn value(&self, sorted: &[i64]) -> Option<f64> {
        match self.quantiles {
            Quantiles::One(q) => self.quantile(sorted, q),
            Quantiles::WithMean => self.mean(sorted),
        }
    }

    fn mean(&self, sorted: &[i64]) -> Option<f64> {
        let sum: i128 = sorted.iter().map(|&ticks| i128::from(ticks)).sum();
        ratio(
            sum,
            sorted.len() as i128 * i128::from(self.of.ticks_per_unit()),
        )
    }

    /// Linear interpolation between the neighbours of rank q × (n − 1), as `quantile_cont`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "ranks and durations are far below 2^53"
    )]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= rank < n"
    )]
    fn quantile(&self, sorted: &[i64], q: f64) -> Option<f64> {
        let rank = q * sorted.len().checked_sub(1)? as f64;
        let (below, above) = (sorted[rank.floor() as usize], sorted[rank.ceil() as usize]);
        let ticks = below as f64 + rank.fract() * (above - below) as f64;
        Some(ticks / self.of.ticks_per_unit() as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "an interval needs no more")]
    fn measure(&self, sorted: &[i64], level: f64) -> Measured {
        let n = i64::try_from(sorted.len()).unwrap_or(i64::MAX);
        let per_unit = self.of.ticks_per_unit() as f64;
        let value = self.value(sorted);
        let (parts, interval) = match (self.quantiles, value) {
            (Quantiles::One(q), _) => {
                let ends = statistics::quantile_ranks(sorted.len(), q, level);
                let at = |rank: usize| sorted[rank] as f64 / per_unit;
                (vec![], ends.map(|(low, high)| (at(low), at(high))))
            }
            (Quantiles::WithMean, Some(mean)) => {
                let squares = sorted.iter().map(|&v| (v as f64 / per_unit).powi(2)).sum();
                let total = mean * n as f64;
                let parts = vec![
                    Some(total),
                    self.quantile(sorted, 0.5),
                    self.quantile(sorted, 0.9),
                ];
                (parts, statistics::mean(mean, squares, n, level))
            }
            (Quantiles::WithMean, None) => (vec![None; 3], None),
        };
        Measured {
            n,
            parts,
            value,
            interval,
        }
    }
}

/// All rows at once.
#[derive(Debug)]
struct Single {
    of: SpreadOf,
    outcome: Outcome,
    values: Vec<i64>,
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = self.of.of.read(values, None, |ticks| ticks)?;
        rows.for_each(|_, ticks| self.values.push(ticks));
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.of.one(&self.outcome, self.values.clone())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values = std::mem::take(&mut self.values);
        Ok(vec![ScalarValue::try_from_array(&lists(&[values]), 0)?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
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
struct Sliding {
    of: SpreadOf,
    outcome: Outcome,
    counts: BTreeMap<i64, usize>,
}

impl Accumulator for Sliding {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = self.of.of.read(values, None, |ticks| ticks)?;
        rows.for_each(|_, ticks| *self.counts.entry(ticks).or_default() += 1);
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = self.of.of.read(values, None, |ticks| ticks)?;
        rows.for_each(|_, ticks| {
            if let Some(count) = self.counts.get_mut(&ticks) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&ticks);
                }
            }
        });
        Ok(())
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
        datafusion::common::internal_err!("a window frame has no stored state")
    }

    fn merge_batch(&mut self, _states: &[ArrayRef]) -> Result<()> {
        datafusion::common::internal_err!("a window frame has no stored state")
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.counts.len() * 3 * size_of::<usize>()
    }
}

/// The durations of every group.
#[derive(Debug)]
struct Groups {
    of: SpreadOf,
    outcome: Outcome,
    groups: Vec<Vec<i64>>,
    bytes: usize,
}

impl Groups {
    fn extend(&mut self, group: usize, values: impl IntoIterator<Item = i64>) {
        let before = self.groups[group].capacity();
        self.groups[group].extend(values);
        self.bytes += (self.groups[group].capacity() - before) * size_of::<i64>();
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<Vec<i64>> {
        let taken = emit_to.take_needed(&mut self.groups);
        let bytes: usize = taken
            .iter()
            .map(|values| values.capacity() * size_of::<i64>())
            .sum();
        self.bytes -= bytes;
        taken
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize_with(total_num_groups, Vec::new);
        let rows = self.of.of.read(values, opt_filter, |ticks| ticks)?;
        rows.for_each(|row, ticks| self.extend(group_indices[row], [ticks]));
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize_with(total_num_groups, Vec::new);
        for (row, list) in values[0].as_list::<i32>().iter().enumerate() {
            if let Some(list) = list {
                let durations = list.as_primitive::<Int64Type>();
                self.extend(group_indices[row], durations.values().iter().copied());
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut groups = self.take(emit_to);
        groups.iter_mut().for_each(|values| values.sort_unstable());
        let of = &self.of;
        self.outcome
            .column(&groups, |v| of.value(v), |v, level| of.measure(v, level))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![lists(&self.take(emit_to))])
    }

    /// One list per row: the duration, or nothing where the row does not count.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = self.of.of.read(values, opt_filter, |ticks| ticks)?;
        let mut durations = Vec::with_capacity(rows.items.len());
        let mut lengths = vec![0; rows.items.len()];
        rows.for_each(|row, ticks| {
            durations.push(ticks);
            lengths[row] = 1;
        });
        let offsets = OffsetBuffer::from_lengths(lengths);
        let durations = Arc::new(Int64Array::from(durations));
        Ok(vec![Arc::new(ListArray::new(
            Arc::new(item_field()),
            offsets,
            durations,
            None,
        ))])
    }

    fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<Vec<i64>>()
    }
}
