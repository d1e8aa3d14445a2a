//! The stock operator over rows that were collected.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::physical_plan::{ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions};

/// `stock` with the rows of `batches` in the place of its left side.
///
/// # Errors
/// When the join cannot be rebuilt.
pub(in crate::planner::fast_paths) fn over_collected(
    stock: Arc<dyn ExecutionPlan>,
    batches: Vec<RecordBatch>,
    left: &Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let left = MemorySourceConfig::try_new_exec(&[batches], left.schema(), None)?;
    let recompute = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    stock.replace_children(vec![left, right], recompute)
}
