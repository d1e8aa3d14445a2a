//! Joins on integers and dates whose values lie close together, like ticket numbers, or like customers and months, and
//! on texts, which are numbered.
//!
//! The keys of the build side go into a bitmap over their range, with the number of keys before each
//! word: a probe is a bit test, and a matching key has a dense number, by which its rows are found. For
//! 100 million tickets that is 19 MB where a hash table takes gigabytes. Probe rows without a match are
//! dropped before any other column of them is read. If keys lie too far apart, or memory is short, the
//! stock operator gets the collected rows as its build side.

mod build;
mod build_outcome;
mod build_side;
mod build_side_rule;
mod combined_keys;
mod join_parts;
mod key_bounds;
mod key_values;
mod keys;
mod operator;
mod probe;
mod ranks;
mod rule;

use super::{FastPath, Rewrite};
use crate::settings::FeatureSwitch;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "dense_joins",
        about: "Whether joins on integers, dates and texts keep a bitmap of their numbers",
    },
    explain_mark: "DenseJoinExec",
    retire_when: "the stock hash join keeps a bitmap of dense keys, and estimates how many rows pass IS NULL",
    rewrites: &[
        Rewrite::BeforeRequirements(build_side_rule::rewrite),
        Rewrite::Last(rule::rewrite),
    ],
};
