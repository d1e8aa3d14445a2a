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

use super::{FastPath, Rewrite};
use crate::planner::rewrite::{PlanRef, replaced};
use crate::settings::FeatureSwitch;
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

/// Puts `RangeJoinExec` in the place of nested loop joins.
fn rewrite(plan: PlanRef, _config: &ConfigOptions) -> Result<PlanRef> {
    replaced(plan, |node| {
        let join = node.downcast_ref::<NestedLoopJoinExec>();
        let spec = join.map(RangeJoinSpec::from_stock).transpose()?.flatten();
        Ok(spec.map(|spec| Arc::new(RangeJoinExec::new(Arc::clone(node), spec)) as _))
    })
}
