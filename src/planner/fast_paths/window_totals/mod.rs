//! Aggregates `OVER ()` from all partitions of the input side by side.
//!
//! The stock operator brings all rows into one partition and holds them, whatever the memory limit says, until it
//! knows the value that each of them gets. Here each partition keeps its own rows, on disk where memory is tight,
//! and its state of the aggregates; the states of all partitions are merged, as those of a grouping are, and the
//! rows go on with the value beside them. Sums of doubles stay with the stock operator, where their last digit does
//! not depend on who read which rows.

mod operator;
mod rule;
mod totals;

use super::{FastPath, Rewrite};
use crate::settings::FeatureSwitch;
pub(super) use rule::has_filter;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "window_totals",
        about: "Whether aggregates OVER () come from all partitions side by side, and spill",
    },
    explain_mark: "WindowTotalsExec",
    retire_when: "the stock window operator spills, and needs no single partition for OVER ()",
    rewrites: &[Rewrite::BeforeRequirements(rule::rewrite)],
};
