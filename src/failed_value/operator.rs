//! The outermost operator of a query, which locates a failure when one occurs.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::execution::context::QueryPlanner;
use datafusion::execution::{SendableRecordBatchStream, SessionState, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execution_plan::ReplaceChildrenOptions;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties,
};
use futures::StreamExt;
use tokio::sync::OnceCell;

use super::planned_query::PlannedQuery;
use super::{search, signature};

/// Plans with the planner below; the plan reports the position of values that it does not accept.
#[derive(Debug)]
pub(crate) struct FailureLocatingPlanner(pub(crate) Arc<dyn QueryPlanner + Send + Sync>);

#[async_trait]
impl QueryPlanner for FailureLocatingPlanner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = self.0.create_physical_plan(plan, session).await?;
        let state = session.as_any().downcast_ref::<SessionState>();
        let (Some(state), false) = (state, matches!(plan, LogicalPlan::Explain(_))) else {
            return Ok(input);
        };
        let query = PlannedQuery {
            plan: plan.clone(),
            state: state.clone(),
            planner: Arc::clone(&self.0),
            found: OnceCell::new(),
        };
        Ok(Arc::new(FailureLocatingExec {
            input,
            query: Arc::new(query),
        }))
    }
}

/// The error with its position, if found.
async fn placed(query: &PlannedQuery, error: DataFusionError) -> DataFusionError {
    if !signature::is_about_a_value(&error) {
        return error;
    }
    let found = query
        .found
        .get_or_init(|| Box::pin(search::search(query, &error)));
    match found.await {
        Some(report) => report.beside(error),
        None => error,
    }
}

/// Copies the properties and the display of its input.
#[derive(Debug)]
struct FailureLocatingExec {
    input: Arc<dyn ExecutionPlan>,
    query: Arc<PlannedQuery>,
}

impl DisplayAs for FailureLocatingExec {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.input.fmt_as(format, f)
    }
}

impl ExecutionPlan for FailureLocatingExec {
    fn name(&self) -> &str {
        self.input.name()
    }

    fn downcast_delegate(&self) -> Option<&dyn ExecutionPlan> {
        Some(self.input.as_ref())
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.input.children()
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.input.apply_expressions(f)
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        self.input.maintains_input_order()
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = Arc::clone(&self.input).replace_children(children, options)?;
        let query = Arc::clone(&self.query);
        Ok(Arc::new(Self { input, query }))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        use datafusion::physical_plan::execution_plan::ChildrenPropertiesMode::Recompute;
        self.replace_children(children, ReplaceChildrenOptions::new(Recompute))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        self.input.metrics()
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let stream = self.input.execute(partition, context)?;
        let schema = stream.schema();
        let query = Arc::clone(&self.query);
        let placed = stream.then(move |batch| {
            let query = Arc::clone(&query);
            async move {
                match batch {
                    Ok(batch) => Ok(batch),
                    Err(error) => Err(placed(&query, error).await),
                }
            }
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, placed)))
    }
}
