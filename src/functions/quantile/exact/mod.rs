//! All values of a group, for exact quantiles.

mod durations;
mod groups;
mod lists;
mod multiset;
mod page_values;
mod pages;
mod radix_sort;
mod ranked;
mod single;
mod stored_state;
mod width;

use std::fmt::Debug;

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use crate::functions::kernels::rows::ChunkVisitor;

pub(crate) use durations::{DurationStatistic, ExactDurationQuantiles};
pub(crate) use lists::state;
pub(crate) use ranked::RankedValues;
pub(crate) use width::{DoubleKey, DurationKey, QuantileKey, double_of, key_of};

/// A statistic of the values of a group.
pub(crate) trait QuantileQuery: Clone + Debug + Send + Sync + 'static {
    /// Result of one group.
    type Answer;

    /// Reads the value of each row as a key; `columns` are the arguments of the call.
    ///
    /// # Errors
    /// When a row is invalid.
    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, i64>,
    ) -> Result<()>;

    /// Evaluates one group.
    fn answer(&self, ranked: &mut RankedValues) -> Self::Answer;

    /// The results as a column.
    ///
    /// # Errors
    /// When a result does not fit the column type.
    fn column(&self, answers: &[Self::Answer]) -> Result<ArrayRef>;
}

/// Evaluates `question` over all rows at once, or over a moving frame of them.
pub(crate) fn accumulator<W: QuantileKey>(
    question: impl QuantileQuery,
    sliding: bool,
) -> Box<dyn Accumulator> {
    if sliding {
        Box::new(single::SlidingExactQuantileAccumulator::new(question))
    } else {
        Box::new(single::ExactQuantileAccumulator::<_, W>::new(question))
    }
}

/// Evaluates `question` over many groups.
pub(crate) fn groups<W: QuantileKey>(question: impl QuantileQuery) -> Box<dyn GroupsAccumulator> {
    Box::new(groups::ExactQuantileGroupsAccumulator::<_, W>::new(
        question,
    ))
}
