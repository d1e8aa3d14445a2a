//! Memory limit of queries (`--memory-limit`): operators spill to disk where DataFusion can.
//!
//! Sorts, grouped aggregations and sort-merge joins spill. Hash joins, ungrouped medians and
//! distinct counts cannot (apache/datafusion#12136, #17334) and return an error.

use std::path::Path;
use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{
    FairSpillPool, MemoryPool, MemoryReservation, PeakRecordingPool, UnboundedMemoryPool,
};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::limit::{GlobalLimitExec, LocalLimitExec};
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::prelude::SessionConfig;

/// Largest `ORDER BY .. LIMIT` that keeps its rows in memory; a sort with a larger limit may spill.
const LARGEST_TOP: usize = 10_000;

/// Runtime environment of a session that may reserve `limit` bytes and spills into `folder`.
///
/// # Errors
/// If DataFusion rejects the folder.
pub(crate) fn runtime(
    mut builder: RuntimeEnvBuilder,
    limit: Option<usize>,
    folder: Option<&Path>,
) -> Result<Arc<RuntimeEnv>> {
    let pool: Arc<dyn MemoryPool> = match limit {
        // Divides the memory among the spilling operators, so that one of them cannot starve the
        // rest.
        Some(bytes) => Arc::new(FairSpillPool::new(bytes)),
        None => Arc::new(UnboundedMemoryPool::default()),
    };
    builder = builder.with_memory_pool(Arc::new(PeakRecordingPool::new(pool)));
    if let Some(folder) = folder {
        let mode = DiskManagerMode::Directories(vec![folder.to_owned()]);
        builder = builder.with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode));
    }
    builder.build_arc()
}

/// Most bytes that the queries of a session have held at one time, as operators count them.
pub(crate) fn peak(runtime: &RuntimeEnv) -> usize {
    PeakRecordingPool::from_pool(runtime.memory_pool.as_ref())
        .map_or(0, PeakRecordingPool::max_reserved)
}

/// Makes `reservation` one of `size` bytes; false, and it stays as it is, if the pool has no room for that.
///
/// # Errors
/// When the pool fails in another way.
pub(crate) fn resized(reservation: &MemoryReservation, size: usize) -> Result<bool> {
    match reservation.try_resize(size) {
        Ok(()) => Ok(true),
        Err(DataFusionError::ResourcesExhausted(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Makes sorts fit into `limit`. Before its first row, each partition of a sort reserves memory for
/// the merge of its spilled runs: 10 MB by default, more than a small limit has.
pub(crate) fn fit(mut config: SessionConfig, limit: usize) -> SessionConfig {
    let partitions = config.target_partitions().max(1);
    let execution = &mut config.options_mut().execution;
    let share = limit / (8 * partitions);
    execution.sort_spill_reservation_bytes = execution.sort_spill_reservation_bytes.min(share);
    config
}

/// Turns a long `ORDER BY .. LIMIT` into an ordinary sort with a limit above it, since the operator
/// for short ones holds all of its rows and cannot spill.
#[derive(Debug)]
pub(crate) struct SpillableTop;

impl PhysicalOptimizerRule for SpillableTop {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| Ok(split(node)))
            .map(|transformed| transformed.data)
    }

    fn name(&self) -> &'static str {
        "spillable_top"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn split(node: Arc<dyn ExecutionPlan>) -> Transformed<Arc<dyn ExecutionPlan>> {
    let Some(sort) = node.downcast_ref::<SortExec>() else {
        return Transformed::no(node);
    };
    let Some(rows) = sort.fetch().filter(|&rows| rows > LARGEST_TOP) else {
        return Transformed::no(node);
    };
    let whole: Arc<dyn ExecutionPlan> = Arc::new(sort.with_fetch(None));
    Transformed::yes(if sort.preserve_partitioning() {
        Arc::new(LocalLimitExec::new(whole, rows))
    } else {
        Arc::new(GlobalLimitExec::new(whole, 0, Some(rows)))
    })
}
