//! A planned query, for the search for its failing value.

use std::fmt;
use std::sync::Arc;

use datafusion::execution::SessionState;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::LogicalPlan;
use tokio::sync::OnceCell;

use super::report::FailureReport;

/// The planned query, retained until it has run.
pub(super) struct PlannedQuery {
    pub(super) plan: LogicalPlan,
    pub(super) state: SessionState,
    pub(super) planner: Arc<dyn QueryPlanner + Send + Sync>,
    /// Several partitions may fail at once; they share one search.
    pub(super) found: OnceCell<Option<FailureReport>>,
}

impl fmt::Debug for PlannedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlannedQuery").finish_non_exhaustive()
    }
}
