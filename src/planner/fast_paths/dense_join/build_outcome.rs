//! What the collected side has turned out to be.

use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;

use super::build::DenseBuildSide;

/// How the other side is gone through.
pub(super) enum BuildOutcome {
    /// Not at all.
    Nothing,
    Dense(Box<DenseBuildSide>),
    Stock(Arc<dyn ExecutionPlan>),
}
