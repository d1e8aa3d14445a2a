//! The operator of `ticket_facts`.

use std::fmt;
use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, Distribution, ExecutionPlan,
    ExecutionPlanProperties, InputDistributionRequirements, Partitioning, PlanProperties,
    ReplaceChildrenOptions,
};

use super::columns::{Rows, fields};
use super::input::{AT, TICKET};
use super::stream::{Gatherer, tickets};
use super::working::Working;
use crate::calendar::Calendar;

/// One row for each ticket of its input, which is the plan of [`super::input::Events`].
#[derive(Debug, Clone)]
pub(super) struct TicketFactsExec {
    input: Arc<dyn ExecutionPlan>,
    as_of: Option<i64>,
    clock: Option<Arc<Calendar>>,
    /// Places of the wanted columns among [`fields`].
    places: Vec<usize>,
    /// The order in which the input is already; without one it is divided by ticket and sorted.
    order: Option<SortOptions>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

const ORDERS: [SortOptions; 4] = [
    order(false, false),
    order(false, true),
    order(true, true),
    order(true, false),
];

const fn order(descending: bool, nulls_first: bool) -> SortOptions {
    SortOptions {
        descending,
        nulls_first,
    }
}

impl TicketFactsExec {
    /// The operator over `input` with all of its columns.
    ///
    /// # Errors
    /// When the order of the input cannot be found out.
    pub(super) fn new(
        input: Arc<dyn ExecutionPlan>,
        as_of: Option<i64>,
        clock: Option<Arc<Calendar>>,
    ) -> Result<Self> {
        let mut order = None;
        for options in ORDERS {
            let by_ticket = PhysicalSortExpr::new(ticket(), options);
            if input
                .equivalence_properties()
                .ordering_satisfy([by_ticket])?
            {
                order = Some(options);
                break;
            }
        }
        let count = Self::all_fields(&input.schema(), clock.is_some()).len();
        Ok(Self::with(input, as_of, clock, (0..count).collect(), order))
    }

    fn all_fields(input: &Schema, has_calendar: bool) -> Vec<arrow::datatypes::FieldRef> {
        fields(
            input.field(TICKET).data_type(),
            input.field(AT).data_type(),
            has_calendar,
        )
    }

    fn with(
        input: Arc<dyn ExecutionPlan>,
        as_of: Option<i64>,
        clock: Option<Arc<Calendar>>,
        places: Vec<usize>,
        order: Option<SortOptions>,
    ) -> Self {
        let all = Self::all_fields(&input.schema(), clock.is_some());
        let wanted = places.iter().map(|&place| Arc::clone(&all[place]));
        let schema: SchemaRef = Arc::new(Schema::new(wanted.collect::<Vec<_>>()));
        let properties = properties(&input, schema, order);
        Self {
            input,
            as_of,
            clock,
            places,
            order,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    fn types(&self) -> (DataType, DataType) {
        let schema = self.input.schema();
        let of = |place: usize| schema.field(place).data_type().clone();
        (of(TICKET), of(AT))
    }
}

fn ticket() -> Arc<dyn PhysicalExpr> {
    Arc::new(Column::new("ticket_id", TICKET))
}

/// Tickets come out in the order and in the partitions in which they go in.
fn properties(
    input: &Arc<dyn ExecutionPlan>,
    schema: SchemaRef,
    order: Option<SortOptions>,
) -> PlanProperties {
    let partitions = input.output_partitioning().partition_count();
    let place = schema.index_of("ticket_id").ok();
    let ticket = place.map(|place| Arc::new(Column::new("ticket_id", place)) as _);
    let ordering = ticket.clone().map(|ticket: Arc<dyn PhysicalExpr>| {
        vec![PhysicalSortExpr::new(ticket, order.unwrap_or(ORDERS[0]))]
    });
    let partitioning = match (input.output_partitioning(), ticket) {
        (Partitioning::Hash(..), Some(ticket)) if order.is_none() => {
            Partitioning::Hash(vec![ticket], partitions)
        }
        _ => Partitioning::UnknownPartitioning(partitions),
    };
    PlanProperties::new(
        EquivalenceProperties::new_with_orderings(schema, ordering),
        partitioning,
        EmissionType::Incremental,
        Boundedness::Bounded,
    )
}

impl DisplayAs for TicketFactsExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self.order {
            Some(_) => "as it comes",
            None => "sorted",
        };
        write!(f, "TicketFactsExec: input={order}")?;
        if let Some(as_of) = self.as_of {
            write!(f, ", as_of={as_of}")?;
        }
        Ok(())
    }
}

impl ExecutionPlan for TicketFactsExec {
    fn name(&self) -> &'static str {
        "TicketFactsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![match self.order {
            // Sorted partitions are merged: dividing them anew would undo their order.
            Some(_) => Distribution::SinglePartition,
            None => Distribution::KeyPartitioned(vec![ticket()]),
        }])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        let options = self.order.unwrap_or(ORDERS[0]);
        let order = LexOrdering::new([PhysicalSortExpr::new(ticket(), options)]);
        vec![order.map(OrderingRequirements::from)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), true) = (children.pop(), children.is_empty()) else {
            return internal_err!("TicketFactsExec has one child");
        };
        let this = self.as_ref().clone();
        Ok(Arc::new(Self::with(
            input,
            this.as_of,
            this.clock,
            this.places,
            this.order,
        )))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        self.replace_children(children, mode)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, Arc::clone(&context))?;
        let (id, time) = self.types();
        let consumer = MemoryConsumer::new(format!("TicketFactsExec[{partition}]"));
        let gatherer = Gatherer::new(
            self.schema(),
            Rows::new(&self.places, &id, &time),
            self.clock
                .as_ref()
                .map(|calendar| Working::new(calendar, &time)),
            self.as_of,
            context.session_config().batch_size(),
            consumer.register(context.memory_pool()),
        );
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(tickets(input, gatherer, metrics))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    /// Only the wanted columns are made.
    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let mut places = Vec::new();
        for wanted in projection.expr() {
            match wanted.expr.downcast_ref::<Column>() {
                Some(column) if column.name() == wanted.alias => {
                    places.push(self.places[column.index()]);
                }
                _ => return Ok(None),
            }
        }
        let this = self.clone();
        Ok(Some(Arc::new(Self::with(
            this.input, this.as_of, this.clock, places, this.order,
        ))))
    }
}
