//! Physical planning: DataFusion's planner with the operators of event logs.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};

use crate::event_log::EventTablePlanner;

/// Plans queries like DataFusion, with tables made from events.
#[derive(Debug)]
pub(crate) struct EventQueryPlanner;

#[async_trait]
impl QueryPlanner for EventQueryPlanner {
    async fn create_physical_plan(
        &self,
        logical_plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let events = Arc::new(EventTablePlanner);
        let planner = DefaultPhysicalPlanner::with_extension_planners(vec![events]);
        planner.create_physical_plan(logical_plan, session).await
    }
}
