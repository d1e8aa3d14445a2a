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

use super::computation::{ComputedTable, TableComputation};
use super::operator::ComputedTableExec;

/// A table function over the rows of one plan.
#[derive(Debug, Clone)]
pub(super) struct ComputedTableNode {
    function: &'static str,
    input: LogicalPlan,
    computation: Arc<dyn TableComputation>,
    schema: DFSchemaRef,
}

impl ComputedTableNode {
    /// The node of a planned call.
    ///
    /// # Errors
    /// When two columns of the result have one name.
    pub(super) fn try_new(function: &'static str, table: ComputedTable) -> Result<Self> {
        let fields = Schema::new(table.computation.fields());
        let name = TableReference::bare(function);
        let schema = DFSchema::try_from_qualified_schema(name, &fields)?;
        Ok(Self {
            function,
            input: table.input,
            computation: table.computation,
            schema: Arc::new(schema),
        })
    }

    /// What tells two calls of one function over one plan apart.
    fn options(&self) -> String {
        format!("{:?}", self.computation)
    }
}

impl PartialEq for ComputedTableNode {
    fn eq(&self, other: &Self) -> bool {
        self.function == other.function
            && self.input == other.input
            && self.options() == other.options()
    }
}

impl Eq for ComputedTableNode {}

impl Hash for ComputedTableNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.function, &self.input, self.options()).hash(state);
    }
}

impl PartialOrd for ComputedTableNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let inputs = self.input.partial_cmp(&other.input)?;
        Some(
            self.function
                .cmp(other.function)
                .then(inputs)
                .then_with(|| self.options().cmp(&other.options())),
        )
    }
}

impl UserDefinedLogicalNodeCore for ComputedTableNode {
    fn name(&self) -> &str {
        self.function
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        vec![]
    }

    /// A predicate on a result is none on the rows that it is computed of.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let names = self.schema.fields().iter();
        names.map(|field| field.name().clone()).collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        let (Some(input), true) = (inputs.pop(), inputs.is_empty()) else {
            return internal_err!("{} has one input", self.function);
        };
        Ok(Self {
            input,
            ..self.clone()
        })
    }

    fn necessary_children_exprs(&self, _: &[usize]) -> Option<Vec<Vec<usize>>> {
        Some(vec![(0..self.input.schema().fields().len()).collect()])
    }
}

/// Plans the operators of this module.
#[derive(Debug)]
pub(crate) struct ComputedTablePlanner;

#[async_trait]
impl ExtensionPlanner for ComputedTablePlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<ComputedTableNode>() else {
            return Ok(None);
        };
        let [input] = inputs else {
            return internal_err!("{} has one input", node.function);
        };
        Ok(Some(Arc::new(ComputedTableExec::new(
            node.function,
            Arc::clone(input),
            Arc::clone(&node.computation),
        ))))
    }
}
