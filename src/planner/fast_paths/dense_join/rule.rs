//! Puts `DenseJoinExec` in the place of stock hash joins.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::physical_plan::joins::{HashJoinExec, PartitionMode};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

use super::operator::DenseJoinExec;
use crate::planner::rewrite::{PlanRef, replaced};

/// Puts `DenseJoinExec` in the place of hash joins on integers and dates.
pub(super) fn rewrite(plan: PlanRef, _config: &ConfigOptions) -> Result<PlanRef> {
    replaced(plan, |node| {
        let join = node.downcast_ref::<HashJoinExec>();
        if !join.is_some_and(is_collected) {
            return Ok(None);
        }
        let dense = DenseJoinExec::in_place_of(node)?;
        Ok(dense.map(|dense| Arc::new(dense) as _))
    })
}

/// True when all of the left side is in one partition that every partition of the right side meets.
fn is_collected(join: &HashJoinExec) -> bool {
    let partitions = |side: &Arc<dyn ExecutionPlan>| side.output_partitioning().partition_count();
    match join.partition_mode() {
        PartitionMode::CollectLeft => partitions(join.left()) == 1,
        PartitionMode::Partitioned => partitions(join.left()) == 1 && partitions(join.right()) == 1,
        PartitionMode::Auto => false,
    }
}
