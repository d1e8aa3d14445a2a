//! The table functions as logical plan nodes, and their physical planning.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::Schema;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, DFSchemaRef, Result, TableReference, internal_err};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    Expr, LogicalPlan, UserDefinedLogicalNode, UserDefinedLogicalNodeCore,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};

use super::operator::EventTableExec;
use super::table_function::TableFunctionKind;

/// A table function over events and, as an optional second input, a table of tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EventTableNode {
    inputs: Vec<LogicalPlan>,
    product: TableFunctionKind,
    schema: DFSchemaRef,
}

impl EventTableNode {
    /// The node over `inputs`, which have the same columns.
    ///
    /// # Errors
    /// When the schema cannot be built.
    pub(super) fn new(
        name: &str,
        inputs: Vec<LogicalPlan>,
        product: TableFunctionKind,
    ) -> Result<Self> {
        let Some(events) = inputs.first() else {
            return internal_err!("{name} has no input");
        };
        let fields = product.fields(events.schema().as_arrow());
        let name = TableReference::bare(name);
        let schema = DFSchema::try_from_qualified_schema(name, &Schema::new(fields))?;
        Ok(Self {
            inputs,
            product,
            schema: Arc::new(schema),
        })
    }
}

#[cfg(test)]
impl EventTableNode {
    /// The name of the function.
    pub(super) fn name(&self) -> &'static str {
        match self.product {
            TableFunctionKind::Facts { .. } => super::function_names::TICKET_FACTS,
            TableFunctionKind::Clocks(_) => super::function_names::SLA_EVENTS,
        }
    }

    pub(super) fn product(&self) -> &TableFunctionKind {
        &self.product
    }
}

impl Hash for EventTableNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.inputs, &self.product).hash(state);
    }
}

impl PartialOrd for EventTableNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (&self.inputs, &self.product).partial_cmp(&(&other.inputs, &other.product))
    }
}

impl UserDefinedLogicalNodeCore for EventTableNode {
    fn name(&self) -> &str {
        self.product.node()
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        vec![]
    }

    /// Only predicates on the ticket may be pushed down: they select whole tickets.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let names = self.schema.fields().iter().skip(1);
        names.map(|field| field.name().clone()).collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = self.product.to_string();
        let colon = if said.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{said}", self.product.node())
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        if inputs.len() != self.inputs.len() {
            return internal_err!("{} has {} inputs", self.product.node(), self.inputs.len());
        }
        Ok(Self {
            inputs,
            ..self.clone()
        })
    }

    fn necessary_children_exprs(&self, _: &[usize]) -> Option<Vec<Vec<usize>>> {
        let all = |input: &LogicalPlan| (0..input.schema().fields().len()).collect();
        Some(self.inputs.iter().map(all).collect())
    }
}

/// Plans the operators of this module.
#[derive(Debug)]
pub(crate) struct EventTablePlanner;

#[async_trait]
impl ExtensionPlanner for EventTablePlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<EventTableNode>() else {
            return Ok(None);
        };
        let operator = EventTableExec::try_new(inputs, node.product.clone())?;
        Ok(Some(Arc::new(operator)))
    }
}
