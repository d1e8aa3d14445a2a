//! Grouping by integers that lie close together, such as the numbers of customers: the value of the key is the place of
//! its group.
//!
//! The stock operators hash the keys of every row, send the rows to the partition of their hash and look them up again;
//! with millions of groups each look-up misses the cache, for the key and for its state. Here each partition adds its rows
//! to arrays with a place for every value between the lowest and the highest, which the statistics of the files tell, and
//! a bit for those that occur. The arrays of all partitions are then merged from one end to the other, each output
//! partition a stretch of them. DISTINCT takes other keys beside the integers: their
//! combinations are numbered, and each has bits of its own. A value outside, an expression that fails or a lack of memory has the stock plan start
//! again: nothing has been given away by then.

mod groups;
mod kept_orders;
mod key_ranges;
mod operator;
mod output;
mod partition;
mod plan;
mod rule;

use super::{FastPath, Rewrite};
use crate::settings::FeatureSwitch;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "range_aggregation",
        about: "Whether groups of integers that lie close together are found by their value",
    },
    explain_mark: "RangeAggregateExec",
    retire_when: "the stock aggregation finds groups of dense integers without a hash table",
    rewrites: &[Rewrite::Last(rule::rewrite)],
};
