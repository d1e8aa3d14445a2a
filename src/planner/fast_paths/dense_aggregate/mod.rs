//! Grouping by few values: keys become small codes, codes become dense group numbers, and any
//! `GroupsAccumulator` is fed with those.
//!
//! The stock partial aggregation hashes and compares the key columns of every row, and a filter below
//! it copies every column that passes. Here a text key costs one look-up by its dictionary key, a
//! truncated timestamp one comparison with the day of the last row, and rows that do not pass the
//! filter go to a group of their own that is discarded. The output is the stock partial state, so the
//! final stage is the stock one. If there are many keys, the groups so far are emitted and the stock
//! operator consumes the remaining rows.

mod aggregates;
mod batches;
mod chunked_compare;
mod coded_groups;
mod count_accumulator;
mod count_rewrite;
mod float_sums;
mod groups;
mod integer_sums;
mod keys;
mod operator;
mod pipeline;
mod plan;
mod row_counts;
mod rule;
mod run;
mod selection;
mod states;
mod summed;
mod sums;
mod work;

use super::{FastPath, Rewrite};
use crate::settings::FeatureSwitch;
pub(super) use batches::{BatchAggregator, GroupNumbering};
pub(super) use coded_groups::CodedGroups;
pub(super) use keys::EncodableKey;
pub(super) use plan::{aggregation_plan, partial_step};
pub(super) use work::DenseAggregationPlan;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "dense_aggregation",
        about: "Whether grouping by few values goes through dense group numbers",
    },
    explain_mark: "DenseAggregateExec",
    retire_when: "the stock partial aggregation keeps dictionaries of its keys and filters without copying rows",
    rewrites: &[Rewrite::Last(rule::rewrite)],
};
