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

/// What is asked of the values of a group.
pub(crate) trait QuantileQuery: Clone + Debug + Send + Sync + 'static {
    /// What is known of a group once its values are in order.
    type Answer;

    /// The value of each row as a key; `columns` are the arguments of the call.
    ///
    /// # Errors
    /// When a row is refused.
    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, i64>,
    ) -> Result<()>;

    /// The answer for one group.
    fn answer(&self, ranked: &mut RankedValues) -> Self::Answer;

    /// The answers as a column.
    ///
    /// # Errors
    /// When they do not fit its type.
    fn column(&self, answers: &[Self::Answer]) -> Result<ArrayRef>;
}

/// Answers `question` about all rows at once, or about a moving frame of them.
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

/// Answers `question` about many groups.
pub(crate) fn groups<W: QuantileKey>(question: impl QuantileQuery) -> Box<dyn GroupsAccumulator> {
    Box::new(groups::ExactQuantileGroupsAccumulator::<_, W>::new(
        question,
    ))
}
