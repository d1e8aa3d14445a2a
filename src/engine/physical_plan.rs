//! The physical plan of a statement, and a second one that needs less memory.

use std::sync::Arc;

use datafusion::common::tree_node::TreeNode;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::SortMergeJoinExec;

use crate::error::{Error, Result};
use crate::planner::yielding;
use crate::runtime::pinned;

/// What is executed, and where it runs.
pub(super) type PhysicalStatement = (Arc<dyn ExecutionPlan>, Arc<TaskContext>);

/// Plans `logical`.
///
/// # Errors
/// When physical planning fails.
pub(super) async fn planned(
    state: &SessionState,
    logical: &LogicalPlan,
) -> Result<PhysicalStatement> {
    let plan = yielding(state.create_physical_plan(logical).await?)?;
    let context = pinned(&plan, Arc::new(TaskContext::from(state)))?;
    Ok((plan, context))
}

/// Plans `logical` with joins of sorted rows, which spill, where a join by hash would hold one side. `None` if that is
/// the first plan already, or has no such join.
///
/// # Errors
/// When physical planning fails.
pub(super) async fn joined_by_sorting(
    session: &SessionState,
    logical: &LogicalPlan,
) -> Result<Option<PhysicalStatement>> {
    if !session.config_options().optimizer.prefer_hash_join {
        return Ok(None);
    }
    let mut state = session.clone();
    let options = state.config_mut().options_mut();
    options.optimizer.prefer_hash_join = false;
    // In one partition the planner joins by hash all the same.
    options.execution.target_partitions = options.execution.target_partitions.max(2);
    let plan = planned(&state, logical).await?;
    let sorts = plan.0.exists(|node| Ok(node.is::<SortMergeJoinExec>()))?;
    Ok(sorts.then_some(plan))
}

/// True if a statement ended because an operator got no memory.
pub(super) fn is_short_of_memory(error: &Error) -> bool {
    match error {
        Error::Query(inner) => matches!(inner.find_root(), DataFusionError::ResourcesExhausted(_)),
        _ => false,
    }
}
