//! Two tallies of the same rows, one for each side of a comparison.

use std::fmt::Debug;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::{and, not};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::aggregate::BoundStatistic;
use super::cells::{StatisticCell, StatisticResult};
use crate::functions::declaration::kpi_spec::StateColumns;
use crate::functions::tally::accumulate::{TalliedRows, state_of};
use crate::functions::tally::stored::{TallyColumnsBuilder, read_stored};
use crate::functions::tally::{ItemTally, KpiTally};

/// Rows of two sides that are read in one way, and their comparison.
#[derive(Debug, Clone)]
pub(crate) struct SidedComparison<R: TalliedRows> {
    pub(crate) rows: R,
    /// Position of the boolean that tells the sides apart: false is a, true is b, NULL is neither.
    pub(crate) side: usize,
    pub(crate) level: f64,
    /// The cells of the result, from the tallies of a and b.
    pub(crate) compare: fn(&R, &[R::Tally; 2], f64) -> Vec<StatisticCell>,
}

/// State columns of two tallies.
pub(crate) fn sided_state<T: KpiTally>(types: &[DataType]) -> StateColumns {
    let one = state_of::<T>(types, false);
    let two = one.clone();
    one.into_iter().chain(two).collect()
}

impl<R: TalliedRows> BoundStatistic for SidedComparison<R> {
    fn accumulator(&self, result: StatisticResult) -> Box<dyn Accumulator> {
        Box::new(SidedAccumulator {
            comparison: self.clone(),
            result,
            tallies: [R::Tally::default(); 2],
        })
    }

    fn groups(&self, result: StatisticResult) -> Option<Box<dyn GroupsAccumulator>> {
        Some(Box::new(SidedGroupsAccumulator {
            comparison: self.clone(),
            result,
            tallies: vec![],
        }))
    }
}

impl<R: TalliedRows> SidedComparison<R> {
    /// The rows of side a and of side b that pass the filter.
    fn filters(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<[BooleanArray; 2]> {
        // A side that is NULL throughout has no type of its own.
        let side = match columns[self.side].as_boolean_opt() {
            Some(side) => side.clone(),
            None => BooleanArray::new_null(columns[self.side].len()),
        };
        let sides = [not(&side)?, side];
        Ok(match filter {
            Some(filter) => [and(&sides[0], filter)?, and(&sides[1], filter)?],
            None => sides,
        })
    }

    fn tally(&self, columns: &[ArrayRef]) -> Result<[R::Tally; 2]> {
        let mut tallies = [R::Tally::default(); 2];
        let filters = self.filters(columns, None)?;
        for (tally, filter) in tallies.iter_mut().zip(&filters) {
            self.rows
                .read(columns, Some(filter), &mut |chunk| tally.add_all(chunk))?;
        }
        Ok(tallies)
    }

    fn cells(&self, tallies: &[R::Tally; 2]) -> Option<Vec<StatisticCell>> {
        Some((self.compare)(&self.rows, tallies, self.level))
    }
}

#[derive(Debug)]
struct SidedAccumulator<R: TalliedRows> {
    comparison: SidedComparison<R>,
    result: StatisticResult,
    tallies: [R::Tally; 2],
}

impl<R: TalliedRows> Accumulator for SidedAccumulator<R> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let more = self.comparison.tally(values)?;
        for (tally, more) in self.tallies.iter_mut().zip(&more) {
            tally.merge(more);
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let gone = self.comparison.tally(values)?;
        for (tally, gone) in self.tallies.iter_mut().zip(&gone) {
            tally.subtract(gone);
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let column = self
            .result
            .column(&[self.comparison.cells(&self.tallies)])?;
        ScalarValue::try_from_array(&column, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let columns = stored(&[self.tallies]);
        let scalars = columns
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0));
        scalars.collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (a, b) = states.split_at(states.len() / 2);
        let [of_a, of_b] = &mut self.tallies;
        read_stored(a, |_, tally| of_a.merge(tally));
        read_stored(b, |_, tally| of_b.merge(tally));
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// The columns of a, then those of b.
fn stored<T: KpiTally>(tallies: &[[T; 2]]) -> Vec<ArrayRef> {
    let side = |place: usize| {
        let of_side: Vec<T> = tallies.iter().map(|sides| sides[place]).collect();
        TallyColumnsBuilder::build_arrays(&of_side)
    };
    let mut columns = side(0);
    columns.extend(side(1));
    columns
}

/// Two tallies for each group, indexed by group number.
#[derive(Debug)]
struct SidedGroupsAccumulator<R: TalliedRows> {
    comparison: SidedComparison<R>,
    result: StatisticResult,
    tallies: Vec<[R::Tally; 2]>,
}

impl<R: TalliedRows> GroupsAccumulator for SidedGroupsAccumulator<R> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.tallies
            .resize(total_num_groups, [R::Tally::default(); 2]);
        let filters = self.comparison.filters(values, opt_filter)?;
        for (side, filter) in filters.iter().enumerate() {
            let tallies = &mut self.tallies;
            self.comparison
                .rows
                .read(values, Some(filter), &mut |chunk| {
                    chunk.for_each(|row, item| {
                        tallies[group_indices[chunk.start + row]][side].add(item);
                    });
                })?;
        }
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.tallies
            .resize(total_num_groups, [R::Tally::default(); 2]);
        let (a, b) = values.split_at(values.len() / 2);
        for (side, columns) in [a, b].into_iter().enumerate() {
            read_stored(columns, |row, tally| {
                self.tallies[group_indices[row]][side].merge(tally);
            });
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let tallies = emit_to.take_needed(&mut self.tallies);
        let cells: Vec<_> = tallies
            .iter()
            .map(|sides| self.comparison.cells(sides))
            .collect();
        self.result.column(&cells)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(stored(&emit_to.take_needed(&mut self.tallies)))
    }

    /// A stored pair of tallies for each input row, empty on the sides on which it does not count.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, Array::len);
        let mut tallies = vec![[R::Tally::default(); 2]; rows];
        let filters = self.comparison.filters(values, opt_filter)?;
        for (side, filter) in filters.iter().enumerate() {
            let reader = &self.comparison.rows;
            reader.read(values, Some(filter), &mut |chunk| {
                chunk.for_each(|row, item| tallies[chunk.start + row][side].add(item));
            })?;
        }
        Ok(stored(&tallies))
    }

    fn size(&self) -> usize {
        self.tallies.capacity() * size_of::<[R::Tally; 2]>()
    }
}
