//! Windows over whole groups of PARTITION BY.
//!
//! The stock operators either hold all rows of their input, whatever the memory limit says, or keep a state for each group
//! that costs more than the rows of a small one. Rows come sorted by the keys of PARTITION BY: here they go on as soon as
//! their group is complete, so that only the group that is being read is held, and the functions that analysts use most
//! are computed over all groups of a batch at once.

mod calls;
mod framed_aggregate;
mod framed_argument;
mod frames;
mod groups;
mod numbering;
mod operator;
mod peers;
mod picked_value;
mod running;
mod shift;
mod standard_call;
mod stock;
mod totals;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;

use super::{FastPath, Rewrite};
use crate::planner::rewrite::{PlanRef, replaced};
use crate::settings::FeatureSwitch;
pub(super) use numbering::RowNumbering;
pub(super) use operator::WindowPartitionsExec;
use stock::StockWindow;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "window_partitions",
        about: "Whether windows are computed over whole groups of PARTITION BY",
    },
    explain_mark: "WindowPartitionsExec",
    retire_when: "the stock window operators compute many small groups at once, and hold one group at most",
    rewrites: &[Rewrite::AfterStockRules(rewrite)],
};

/// To run when sorts are in place: all else stays as it was planned for the stock operator.
fn rewrite(plan: PlanRef, _config: &ConfigOptions) -> Result<PlanRef> {
    replaced(plan, |node| {
        let window = StockWindow::of_sorted_groups(node)?;
        Ok(window.map(|window| Arc::new(WindowPartitionsExec::new(window)) as _))
    })
}
