//! Windows over one group of PARTITION BY at a time.
//!
//! Window functions that need the rows behind them run in a stock operator that holds all rows of its input,
//! whatever the memory limit says, although they come sorted by the keys of PARTITION BY. Here rows go on as soon
//! as their group is complete, so that only the group that is being read is held, and its memory is reserved.

mod groups;
mod operator;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::physical_plan::windows::WindowAggExec;

use super::{FastPath, Rewrite};
use crate::planner::rewrite::{PlanRef, replaced};
use crate::settings::FeatureSwitch;
use operator::WindowPartitionsExec;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "window_partitions",
        about: "Whether windows hold the rows of one group of PARTITION BY at a time",
    },
    explain_mark: "WindowPartitionsExec",
    retire_when: "the stock window operator emits the groups of PARTITION BY as they are complete",
    rewrites: &[Rewrite::AfterStockRules(rewrite)],
};

/// To run when sorts are in place: all else stays as it was planned for the stock operator.
fn rewrite(plan: PlanRef, _config: &ConfigOptions) -> Result<PlanRef> {
    replaced(plan, |node| {
        let window = node.downcast_ref::<WindowAggExec>();
        Ok(window.map(|window| Arc::new(WindowPartitionsExec::new(window.clone())) as _))
    })
}
