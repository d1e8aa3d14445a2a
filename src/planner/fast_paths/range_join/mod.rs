//! Joins on ranges, like tickets that arrived while an incident lasted.
//!
//! The stock operator compares each row with each other one. Here the rows of the build side are sorted by where their
//! ranges start, so that those that may hold a value lie side by side and are found by two searches. Other conditions
//! are asked of what is left. If memory is short, the stock operator gets the collected rows.

mod build;
mod candidates;
mod conditions;
mod operator;
mod probe;
mod spec;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::physical_plan::joins::NestedLoopJoinExec;

use super::statistics::rows;
use super::{FastPath, Rewrite};
use crate::planner::rewrite::{PlanRef, replaced};
use crate::settings::{DeskqlOptions, FeatureSwitch};
use operator::RangeJoinExec;
use spec::RangeJoinSpec;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "range_joins",
        about: "Whether joins on ranges look rows up in their order",
    },
    explain_mark: "RangeJoinExec",
    retire_when: "the stock engine has a join on ranges",
    rewrites: &[Rewrite::Last(rewrite)],
};

/// Number of rows that a memory limit has room for.
const SMALL: usize = 100_000;

/// Puts `RangeJoinExec` in the place of nested loop joins.
///
/// Under a memory limit only where statistics say that the collected side is small: the stock operator spills it.
fn rewrite(plan: PlanRef, config: &ConfigOptions) -> Result<PlanRef> {
    let is_limited = DeskqlOptions::memory_limit(config).is_some();
    replaced(plan, |node| {
        let join = node.downcast_ref::<NestedLoopJoinExec>();
        let is_small = |join: &&NestedLoopJoinExec| {
            !is_limited || rows(join.left()).is_some_and(|rows| rows <= SMALL)
        };
        let join = join.filter(is_small);
        let spec = join.map(RangeJoinSpec::from_stock).transpose()?.flatten();
        Ok(spec.map(|spec| Arc::new(RangeJoinExec::new(Arc::clone(node), spec)) as _))
    })
}
