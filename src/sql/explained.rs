//! EXPLAIN of a statement that cannot be planned is refused with the statement's own error.
//!
//! The engine would return a table with the error, in its own wording, in one of the rows.

use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;

/// Refuses an EXPLAIN of a plan that would be refused.
///
/// # Errors
/// The errors of the explained plan.
pub(super) async fn refuse(state: &SessionState, plan: &LogicalPlan) -> Result<()> {
    let LogicalPlan::Explain(explain) = plan else {
        return Ok(());
    };
    match explain.plan.as_ref() {
        // These take effect when they are executed and have no physical plan.
        LogicalPlan::Ddl(_) | LogicalPlan::Statement(_) => Ok(()),
        // Its physical plan would create the file.
        plan @ (LogicalPlan::Copy(_) | LogicalPlan::Dml(_)) => state.optimize(plan).map(|_| ()),
        plan if state.config_options().explain.logical_plan_only => {
            state.optimize(plan).map(|_| ())
        }
        plan => state.create_physical_plan(plan).await.map(|_| ()),
    }
}
