//! Statistics of one tally: sums and counts of integers over the rows of a group.

use std::fmt::Debug;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::aggregate::BoundStatistic;
use super::cells::{StatisticCell, StatisticResult};
use crate::functions::declaration::kpi_spec::StateColumns;
use crate::functions::kernels::rows::ChunkVisitor;
use crate::functions::tally::accumulate::state_of;
use crate::functions::tally::stored::{TallyColumnsBuilder, read_stored};
use crate::functions::tally::{ItemTally, KpiTally};

/// The reading of rows into a tally, and the statistic of the tally.
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

    /// The cells of the result.
    fn cells(&self, tally: &Self::Tally) -> Vec<StatisticCell>;
}

/// A bound call of such a statistic.
#[derive(Debug, Clone)]
pub(crate) struct TalliedStatistic<R>(pub(crate) R);

/// State columns: the parts of the tally.
pub(crate) fn tally_state<T: KpiTally>(types: &[DataType]) -> StateColumns {
    state_of::<T>(types, false)
}

impl<R: TalliedRows> BoundStatistic for TalliedStatistic<R> {
    fn accumulator(&self, result: StatisticResult) -> Box<dyn Accumulator> {
        Box::new(StatisticAccumulator {
            rows: self.0.clone(),
            result,
            tally: R::Tally::default(),
        })
    }

    fn groups(&self, result: StatisticResult) -> Option<Box<dyn GroupsAccumulator>> {
        Some(Box::new(StatisticGroupsAccumulator {
            rows: self.0.clone(),
            result,
            tallies: vec![],
        }))
    }
}

#[derive(Debug)]
struct StatisticAccumulator<R: TalliedRows> {
    rows: R,
    result: StatisticResult,
    tally: R::Tally,
}

impl<R: TalliedRows> Accumulator for StatisticAccumulator<R> {
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
        let column = self.result.column(&[Some(self.rows.cells(&self.tally))])?;
        ScalarValue::try_from_array(&column, 0)
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
struct StatisticGroupsAccumulator<R: TalliedRows> {
    rows: R,
    result: StatisticResult,
    tallies: Vec<R::Tally>,
}

impl<R: TalliedRows> GroupsAccumulator for StatisticGroupsAccumulator<R> {
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
            R::Tally::add_by_group(tallies, groups, chunk);
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
        let cells: Vec<_> = tallies
            .iter()
            .map(|tally| Some(self.rows.cells(tally)))
            .collect();
        self.result.column(&cells)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let tallies = emit_to.take_needed(&mut self.tallies);
        Ok(TallyColumnsBuilder::build_arrays(&tallies))
    }

    /// A stored tally for each input row, empty if the row does not count.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |column| column.len());
        let mut tallies = vec![R::Tally::default(); rows];
        self.rows.read(values, opt_filter, &mut |chunk| {
            chunk.for_each(|row, item| tallies[chunk.start + row].add(item));
        })?;
        Ok(TallyColumnsBuilder::build_arrays(&tallies))
    }

    fn size(&self) -> usize {
        self.tallies.capacity() * size_of::<R::Tally>()
    }
}
