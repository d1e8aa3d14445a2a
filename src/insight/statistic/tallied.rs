//! Statistics of one tally: sums and counts of integers over the rows of a group.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use super::aggregate::BoundStatistic;
use super::cells::{StatisticCell, StatisticResult};
use crate::functions::declaration::kpi_spec::StateColumns;
use crate::functions::tally::KpiTally;
use crate::functions::tally::accumulate::{
    TalliedRows, TallyOutput, accumulator, groups, state_of,
};

/// The evaluation of the tally of a statistic.
pub(crate) trait TalliedCells: TalliedRows {
    /// The cells of the result.
    fn cells(&self, tally: &Self::Tally) -> Vec<StatisticCell>;
}

impl<S: TalliedCells> TallyOutput<S> for StatisticResult {
    fn column(&self, statistic: &S, tallies: &[S::Tally]) -> Result<ArrayRef> {
        let cells = tallies.iter().map(|tally| Some(statistic.cells(tally)));
        self.column(&cells.collect::<Vec<_>>())
    }
}

/// A bound call of such a statistic.
#[derive(Debug)]
pub(crate) struct TalliedStatistic<S>(pub(crate) S);

/// State columns: the parts of the tally.
pub(crate) fn tally_state<T: KpiTally>(types: &[DataType]) -> StateColumns {
    state_of::<T>(types, false)
}

impl<S: TalliedCells> BoundStatistic for TalliedStatistic<S> {
    fn accumulator(&self, result: StatisticResult) -> Box<dyn Accumulator> {
        accumulator(&self.0, result)
    }

    fn groups(&self, result: StatisticResult) -> Option<Box<dyn GroupsAccumulator>> {
        Some(groups(&self.0, result))
    }
}
