//! A query that has been planned, for the search for what fails in it.

use std::fmt;
use std::sync::Arc;

use datafusion::execution::SessionState;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::LogicalPlan;
use tokio::sync::OnceCell;

use super::report::Report;

/// What was planned, kept until it has run.
pub(super) struct Query {
    pub(super) plan: LogicalPlan,
    pub(super) state: SessionState,
    pub(super) planner: Arc<dyn QueryPlanner + Send + Sync>,
    /// Several partitions fail at once; one search serves all.
    pub(super) found: OnceCell<Option<Report>>,
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query").finish_non_exhaustive()
    }
}
