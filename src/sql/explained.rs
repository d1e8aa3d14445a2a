//! EXPLAIN of what cannot be planned is refused as the statement itself is.
//!
//! The engine answers with a table that has the error in one of its rows, in its own words.

use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;

/// Refuses an EXPLAIN of a plan that would be refused.
///
/// # Errors
/// Those of the plan that is explained.
pub(super) async fn refuse(state: &SessionState, plan: &LogicalPlan) -> Result<()> {
    let LogicalPlan::Explain(explain) = plan else {
        return Ok(());
    };
    match explain.plan.as_ref() {
        // These take effect where they are run, and have no plan of their own.
        LogicalPlan::Ddl(_) | LogicalPlan::Statement(_) => Ok(()),
        // A file is made where its plan is.
        plan @ (LogicalPlan::Copy(_) | LogicalPlan::Dml(_)) => state.optimize(plan).map(|_| ()),
        plan if state.config_options().explain.logical_plan_only => {
            state.optimize(plan).map(|_| ())
        }
        plan => state.create_physical_plan(plan).await.map(|_| ()),
    }
}
