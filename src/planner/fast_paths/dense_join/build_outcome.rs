//! The result of collecting the build side.

use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;

use super::build::DenseBuildSide;

/// The probe of the join, by the keys of the build side.
pub(super) enum BuildOutcome {
    /// No probe: the output is empty.
    Nothing,
    Dense(Box<DenseBuildSide>),
    Stock(Arc<dyn ExecutionPlan>),
}
