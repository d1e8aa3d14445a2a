//! The Arrow loops of all KPIs and statistics of tallies: accumulators over any tally.

use std::fmt::Debug;

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::stored::{TallyColumnsBuilder, read_stored};
use super::{ItemTally, KpiTally};
use crate::functions::declaration::kpi_spec::BoundKpi;
use crate::functions::declaration::outcome::{KpiMeasurement, KpiOutput};
use crate::functions::kernels::rows::{CHUNK, ChunkVisitor, common_group};

pub(crate) use super::stored::state_of;

/// The reading of rows into a tally.
pub(crate) trait TalliedRows: Clone + Debug + Send + Sync + 'static {
    /// Contribution of one eligible row.
    type Item: Copy + Debug + Default + Send;
    /// State of a group.
    type Tally: ItemTally<Self::Item>;

    /// Reads the contributions of the rows of a batch; `columns` are the arguments of the call.
    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, Self::Item>,
    ) -> Result<()>;
}

/// The evaluation of tallies.
pub(crate) trait TallyOutput<R: TalliedRows>: Clone + Debug + Send + Sync + 'static {
    /// Results of many tallies as a column.
    fn column(&self, rows: &R, tallies: &[R::Tally]) -> Result<ArrayRef>;

    /// Result of one tally.
    fn scalar(&self, rows: &R, tally: &R::Tally) -> Result<ScalarValue> {
        let column = self.column(rows, std::slice::from_ref(tally))?;
        ScalarValue::try_from_array(&column, 0)
    }
}

/// The accumulator of one group.
pub(crate) fn accumulator<R: TalliedRows>(
    rows: &R,
    output: impl TallyOutput<R>,
) -> Box<dyn Accumulator> {
    Box::new(TallyAccumulator {
        rows: rows.clone(),
        output,
        tally: R::Tally::default(),
    })
}

/// The accumulator of many groups.
pub(crate) fn groups<R: TalliedRows>(
    rows: &R,
    output: impl TallyOutput<R>,
) -> Box<dyn GroupsAccumulator> {
    Box::new(TallyGroupsAccumulator {
        rows: rows.clone(),
        output,
        tallies: vec![],
    })
}

/// The evaluation of the tally of a KPI.
pub(crate) trait KpiFormula: TalliedRows {
    /// Value of the KPI; `None` if it is undefined.
    fn value(&self, tally: &Self::Tally) -> Option<f64>;

    /// The KPI with its components and an interval at `level`.
    fn measure(&self, tally: &Self::Tally, level: f64) -> KpiMeasurement;
}

impl<K: KpiFormula> TallyOutput<K> for KpiOutput {
    fn column(&self, kpi: &K, tallies: &[K::Tally]) -> Result<ArrayRef> {
        self.column(tallies, |t| kpi.value(t), |t, level| kpi.measure(t, level))
    }

    fn scalar(&self, kpi: &K, tally: &K::Tally) -> Result<ScalarValue> {
        self.scalar(tally, |t| kpi.value(t), |t, level| kpi.measure(t, level))
    }
}

/// A KPI whose constants are known.
#[derive(Debug)]
pub(crate) struct TalliedKpi<K>(pub(crate) K);

impl<K: KpiFormula> BoundKpi for TalliedKpi<K> {
    fn accumulator(&self, outcome: KpiOutput, _sliding: bool) -> Result<Box<dyn Accumulator>> {
        Ok(accumulator(&self.0, outcome))
    }

    fn groups(&self, outcome: KpiOutput) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(groups(&self.0, outcome))
    }
}

#[derive(Debug)]
struct TallyAccumulator<R: TalliedRows, O> {
    rows: R,
    output: O,
    tally: R::Tally,
}

impl<R: TalliedRows, O: TallyOutput<R>> Accumulator for TallyAccumulator<R, O> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let tally = &mut self.tally;
        self.rows
            .read(values, None, &mut |chunk| tally.add_all(chunk))
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let mut gone = R::Tally::default();
        self.rows
            .read(values, None, &mut |chunk| gone.add_all(chunk))?;
        self.tally.subtract(&gone);
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.output.scalar(&self.rows, &self.tally)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        TallyColumnsBuilder::build_arrays(&[self.tally])
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
struct TallyGroupsAccumulator<R: TalliedRows, O> {
    rows: R,
    output: O,
    tallies: Vec<R::Tally>,
}

impl<R: TalliedRows, O: TallyOutput<R>> GroupsAccumulator for TallyGroupsAccumulator<R, O> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.tallies.resize(total_num_groups, R::Tally::default());
        let tallies = self.tallies.as_mut_slice();
        self.rows.read(values, opt_filter, &mut |chunk| {
            let groups = &group_indices[chunk.start..chunk.start + chunk.items.len()];
            match common_group(groups) {
                Some(group) => tallies[group].add_all(chunk),
                None => R::Tally::add_by_group(tallies, groups, chunk),
            }
        })
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.tallies.resize(total_num_groups, R::Tally::default());
        read_stored(values, |row, tally| {
            self.tallies[group_indices[row]].merge(tally);
        });
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let tallies = emit_to.take_needed(&mut self.tallies);
        self.output.column(&self.rows, &tallies)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(TallyColumnsBuilder::build_arrays(
            &emit_to.take_needed(&mut self.tallies),
        ))
    }

    /// One stored tally per input row, empty if the row does not count.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |column| column.len());
        let mut columns = TallyColumnsBuilder::with_capacity::<R::Tally>(rows);
        let mut tallies = Vec::with_capacity(CHUNK);
        self.rows.read(values, opt_filter, &mut |chunk| {
            tallies.clear();
            tallies.resize(chunk.items.len(), R::Tally::default());
            chunk.for_each(|row, item| tallies[row].add(item));
            columns.extend(&tallies);
        })?;
        Ok(columns.finish())
    }

    fn size(&self) -> usize {
        self.tallies.capacity() * size_of::<R::Tally>()
    }
}
