//! What the collected side has turned out to be.

use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;

use super::build::Build;

/// How the other side is gone through.
pub(super) enum Ready {
    /// Not at all.
    Nothing,
    Dense(Box<Build>),
    Stock(Arc<dyn ExecutionPlan>),
}
