//! The one place with Arrow loops: accumulators over any tally.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use crate::functions::outcome::{Measured, Outcome};
use crate::functions::rows::Rows;
use crate::functions::spec::Bound;
use crate::functions::tally::{PartKind, Tally};

/// How a KPI reads rows into a tally and what a tally says.
pub(crate) trait Kpi: Clone + Debug + Send + Sync + 'static {
    /// What is remembered of a group.
    type Tally: Tally;

    /// What each row of a batch contributes; `columns` are the arguments of the call.
    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Rows<<Self::Tally as Tally>::Item>>;

    /// The KPI; `None` where it is undefined.
    fn value(&self, tally: &Self::Tally) -> Option<f64>;

    /// The KPI with its components and an interval at `level`.
    fn measure(&self, tally: &Self::Tally, level: f64) -> Measured;
}

/// A KPI whose constants are known.
#[derive(Debug)]
pub(crate) struct Tallied<K>(pub(crate) K);

impl<K: Kpi> Bound for Tallied<K> {
    fn accumulator(&self, outcome: Outcome, _sliding: bool) -> Result<Box<dyn Accumulator>> {
        let kpi = self.0.clone();
        Ok(Box::new(Single {
            kpi,
            outcome,
            tally: K::Tally::default(),
        }))
    }

    fn groups(&self, outcome: Outcome) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups {
            kpi: self.0.clone(),
            outcome,
            tallies: vec![],
        }))
    }
}

/// Name and type of each column of a stored tally.
pub(crate) fn state_of<T: Tally>(
    _arguments: &[DataType],
    _detail: bool,
) -> Vec<(&'static str, DataType)> {
    T::PARTS
        .iter()
        .map(|part| (part.name, part_type(part.kind)))
        .collect()
}

fn part_type(kind: PartKind) -> DataType {
    match kind {
        PartKind::Count => DataType::Int64,
        PartKind::Sum => DataType::Decimal128(38, 0),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a Count part is an i64")]
fn write<T: Tally>(tallies: &[T]) -> Vec<ArrayRef> {
    let column = |position: usize| tallies.iter().map(move |t| t.values().as_ref()[position]);
    let array = |(position, kind)| -> ArrayRef {
        match kind {
            PartKind::Count => Arc::new(Int64Array::from_iter_values(
                column(position).map(|v| v as i64),
            )),
            PartKind::Sum => Arc::new(
                Decimal128Array::from_iter_values(column(position))
                    .with_data_type(part_type(PartKind::Sum)),
            ),
        }
    };
    T::PARTS
        .iter()
        .map(|part| part.kind)
        .enumerate()
        .map(array)
        .collect()
}

/// Calls `each(row, tally)` for every stored tally.
fn read_stored<T: Tally>(columns: &[ArrayRef], mut each: impl FnMut(usize, &T)) {
    let rows = columns.first().map_or(0, |column| column.len());
    let mut values = T::default().values();
    for row in 0..rows {
        for ((value, part), column) in values.as_mut().iter_mut().zip(T::PARTS).zip(columns) {
            *value = match part.kind {
                PartKind::Count => i128::from(column.as_primitive::<Int64Type>().value(row)),
                PartKind::Sum => column.as_primitive::<Decimal128Type>().value(row),
            };
        }
        each(row, &T::from_values(values));
    }
}

#[derive(Debug)]
struct Single<K: Kpi> {
    kpi: K,
    outcome: Outcome,
    tally: K::Tally,
}

impl<K: Kpi> Accumulator for Single<K> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = self.kpi.read(values, None)?;
        rows.for_each(|_, item| self.tally.add(item));
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = self.kpi.read(values, None)?;
        rows.for_each(|_, item| self.tally.remove(item));
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let kpi = &self.kpi;
        self.outcome.scalar(
            &self.tally,
            |t| kpi.value(t),
            |t, level| kpi.measure(t, level),
        )
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        write(&[self.tally])
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        read_stored(states, |_, tally| self.tally.merge(tally));
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// One tally per group, indexed by group number.
#[derive(Debug)]
struct Groups<K: Kpi> {
    kpi: K,
    outcome: Outcome,
    tallies: Vec<K::Tally>,
}

impl<K: Kpi> GroupsAccumulator for Groups<K> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let rows = self.kpi.read(values, opt_filter)?;
        self.tallies.resize(total_num_groups, K::Tally::default());
        rows.for_each(|row, item| self.tallies[group_indices[row]].add(item));
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.tallies.resize(total_num_groups, K::Tally::default());
        read_stored(values, |row, tally| {
            self.tallies[group_indices[row]].merge(tally);
        });
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let tallies = emit_to.take_needed(&mut self.tallies);
        let kpi = &self.kpi;
        self.outcome
            .column(&tallies, |t| kpi.value(t), |t, level| kpi.measure(t, level))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(write(&emit_to.take_needed(&mut self.tallies)))
    }

    /// One stored tally per input row, empty where the row does not count.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = self.kpi.read(values, opt_filter)?;
        let mut tallies = vec![K::Tally::default(); rows.items.len()];
        rows.for_each(|row, item| tallies[row].add(item));
        Ok(write(&tallies))
    }

    fn size(&self) -> usize {
        self.tallies.capacity() * size_of::<K::Tally>()
    }
}
