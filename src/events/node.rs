//! `ticket_facts` in logical plans, and its way into physical ones.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::Schema;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, DFSchemaRef, Result, TableReference, internal_err};
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    Expr, LogicalPlan, UserDefinedLogicalNode, UserDefinedLogicalNodeCore,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use super::columns::fields;
use super::input::{AT, Events};
use super::operator::TicketFactsExec;
use super::working::calendar;

/// The name of the function.
pub(super) const TICKET_FACTS: &str = "ticket_facts";

/// One row for each ticket of the events below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TicketFacts {
    input: LogicalPlan,
    /// Ticks of the log, up to which events were left in.
    as_of: Option<i64>,
    /// The calendar by whose hours durations are measured too.
    calendar: Option<String>,
    schema: DFSchemaRef,
}

impl TicketFacts {
    /// The node over `events`, from which what came after `as_of` has been left out.
    ///
    /// # Errors
    /// When the schema cannot be made.
    pub(super) fn new(
        events: Events,
        as_of: Option<i64>,
        calendar: Option<String>,
    ) -> Result<Self> {
        let fields = fields(&events.id, &events.time, calendar.is_some());
        let name = TableReference::bare(TICKET_FACTS);
        let schema = DFSchema::try_from_qualified_schema(name, &Schema::new(fields))?;
        Ok(Self {
            input: events.plan,
            as_of,
            calendar,
            schema: Arc::new(schema),
        })
    }
}

impl Hash for TicketFacts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.input, self.as_of, &self.calendar).hash(state);
    }
}

impl PartialOrd for TicketFacts {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match self.input.partial_cmp(&other.input) {
            Some(Ordering::Equal) => {
                (self.as_of, &self.calendar).partial_cmp(&(other.as_of, &other.calendar))
            }
            other => other,
        }
    }
}

impl UserDefinedLogicalNodeCore for TicketFacts {
    fn name(&self) -> &'static str {
        "TicketFacts"
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

    /// A condition on the ticket chooses among its events as well.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let names = self.schema.fields().iter().skip(1);
        names.map(|field| field.name().clone()).collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TicketFacts")?;
        match self.as_of {
            Some(as_of) => write!(f, ": as_of={as_of}"),
            None => Ok(()),
        }
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let [input] = inputs.as_slice() else {
            return internal_err!("TicketFacts has one input");
        };
        Ok(Self {
            input: input.clone(),
            ..self.clone()
        })
    }

    fn necessary_children_exprs(&self, _: &[usize]) -> Option<Vec<Vec<usize>>> {
        let columns = self.input.schema().fields().len();
        Some(vec![(0..columns).collect()])
    }
}

/// Plans queries as DataFusion does, with the table functions of this module.
#[derive(Debug)]
pub(crate) struct Planner;

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        logical_plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let planner = DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(Self)]);
        planner.create_physical_plan(logical_plan, session).await
    }
}

#[async_trait]
impl ExtensionPlanner for Planner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<TicketFacts>() else {
            return Ok(None);
        };
        let [input] = inputs else {
            return internal_err!("TicketFacts has one input");
        };
        let schema = input.schema();
        let time = schema.field(AT).data_type();
        let find = |name: &String| calendar(TICKET_FACTS, name, time, session.config_options());
        let calendar = node.calendar.as_ref().map(find).transpose()?;
        let operator = TicketFactsExec::new(Arc::clone(input), node.as_of, calendar)?;
        Ok(Some(Arc::new(operator)))
    }
}
