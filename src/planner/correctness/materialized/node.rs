//! A relation that is evaluated once, as a node of logical plans, and its physical planning.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{DFSchemaRef, Result, internal_err};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    Expr, LogicalPlan, UserDefinedLogicalNode, UserDefinedLogicalNodeCore,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};

use super::operator::MaterializedExec;

/// The rows of `input`. Nothing is pushed into it, so that all copies with one `id` stay the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct MaterializedNode {
    id: u64,
    input: LogicalPlan,
}

impl MaterializedNode {
    pub(super) const fn new(id: u64, input: LogicalPlan) -> Self {
        Self { id, input }
    }

    pub(crate) const fn input(&self) -> &LogicalPlan {
        &self.input
    }

    /// A copy over another input, which has to be the same for all copies.
    pub(crate) fn over(&self, input: LogicalPlan) -> LogicalPlan {
        super::evaluated_once(self.id, input)
    }
}

impl PartialOrd for MaterializedNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.id, &self.input).partial_cmp(&(other.id, &other.input))
    }
}

impl UserDefinedLogicalNodeCore for MaterializedNode {
    fn name(&self) -> &'static str {
        "Materialized"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        vec![]
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Materialized")
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let Some(input) = inputs.into_iter().next() else {
            return internal_err!("Materialized has one input");
        };
        Ok(Self { id: self.id, input })
    }
}

/// Plans the operator.
#[derive(Debug)]
pub(crate) struct MaterializedPlanner;

#[async_trait]
impl ExtensionPlanner for MaterializedPlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<MaterializedNode>() else {
            return Ok(None);
        };
        let [input] = inputs else {
            return internal_err!("Materialized has one input");
        };
        let operator = MaterializedExec::new(node.id, Arc::clone(input));
        Ok(Some(Arc::new(operator)))
    }
}
