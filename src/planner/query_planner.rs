//! Physical planning: DataFusion's planner with the operators of event logs, ASOF joins and
//! materialized relations.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};

use super::asof_join::AsOfJoinPlanner;
use super::correctness::materialized::MaterializedPlanner;
use crate::event_log::EventTablePlanner;
use crate::insight::ComputedTablePlanner;

/// Plans queries like DataFusion, with tables made from events, ASOF joins and materialized relations.
#[derive(Debug)]
pub(crate) struct EventQueryPlanner;

#[async_trait]
impl QueryPlanner for EventQueryPlanner {
    async fn create_physical_plan(
        &self,
        logical_plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let planner = DefaultPhysicalPlanner::with_extension_planners(vec![
            Arc::new(EventTablePlanner),
            Arc::new(ComputedTablePlanner),
            Arc::new(AsOfJoinPlanner),
            Arc::new(MaterializedPlanner),
        ]);
        planner.create_physical_plan(logical_plan, session).await
    }
}
