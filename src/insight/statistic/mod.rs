//! The common structure of statistics that SQL calls as aggregate or scalar functions: what they take, the
//! cells of their result, and the states that they are computed from.

mod aggregate;
mod cells;
mod counted_runs;
mod documentation;
mod exact_columns;
mod scalar;
mod sided;
mod tallied;
mod value_counts;

pub(super) use aggregate::{BoundStatistic, StatisticSpec, function as aggregate_function, level};
pub(crate) use aggregate::{calendar_place, is_statistic};
pub(super) use cells::{
    StatisticCell, StatisticCellType, StatisticField, StatisticResult, count_field, interval_cells,
    measure_field, sum_field, text_field,
};
pub(super) use exact_columns::{exact_units, not_summed};
pub(super) use scalar::{
    ComputedCells, ScalarNumbers, ScalarStatistic, function as scalar_function,
};
pub(super) use sided::{SidedComparison, sided_state};
pub(super) use tallied::{TalliedCells, TalliedStatistic, tally_state};
pub(super) use value_counts::{
    CountSink, CountedStatistic, CountedValues, ValueCounts, counts_state, key_number, number_keys,
};
