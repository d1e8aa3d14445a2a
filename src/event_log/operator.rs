//! The execution operator of the table functions.

use std::fmt;
use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::{Schema, SchemaRef};
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
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, Distribution, ExecutionPlan,
    ExecutionPlanProperties, InputDistributionRequirements, Partitioning, PlanProperties,
    ReplaceChildrenOptions,
};

use super::input::TICKET;
use super::stream::{TicketCollector, tickets};
use super::table_function::TableFunctionKind;
use crate::time::calendar::BusinessCalendar;

/// Executes a [`TableFunctionKind`] for each ticket of its input, which has the columns of
/// [`super::input::EventLogInput`].
#[derive(Debug, Clone)]
pub(super) struct EventTableExec {
    input: Arc<dyn ExecutionPlan>,
    product: TableFunctionKind,
    calendar: Option<Arc<BusinessCalendar>>,
    /// Indices of the projected columns among those of the product.
    places: Vec<usize>,
    /// Order of the input by ticket, if it is sorted; otherwise it is partitioned by ticket and
    /// sorted.
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

impl EventTableExec {
    /// The operator over `inputs` with all of its columns. Rows of the ticket table are merged with
    /// the events: sorted in the order of the events, if those are sorted by ticket.
    ///
    /// # Errors
    /// When the order of the events cannot be determined, or the definition of a calendar is
    /// invalid.
    pub(super) fn try_new(
        inputs: &[Arc<dyn ExecutionPlan>],
        product: TableFunctionKind,
    ) -> Result<Self> {
        let (input, order) = match inputs {
            [events] => (Arc::clone(events), order_of(events)?),
            [events, tickets] => {
                let order = order_of(events)?;
                let both = vec![Arc::clone(events), sorted(tickets, order)];
                (UnionExec::try_new(both)?, order)
            }
            _ => return internal_err!("{} takes one or two inputs", product.operator()),
        };
        let schema = input.schema();
        let calendar = product.calendar()?;
        let places = (0..product.fields(&schema).len()).collect();
        Ok(Self::with(input, product, calendar, places, order))
    }

    fn with(
        input: Arc<dyn ExecutionPlan>,
        product: TableFunctionKind,
        calendar: Option<Arc<BusinessCalendar>>,
        places: Vec<usize>,
        order: Option<SortOptions>,
    ) -> Self {
        let all = product.fields(&input.schema());
        let wanted = places.iter().map(|&place| Arc::clone(&all[place]));
        let schema: SchemaRef = Arc::new(Schema::new(wanted.collect::<Vec<_>>()));
        let properties = properties(&input, schema, order);
        Self {
            input,
            product,
            calendar,
            places,
            order,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

/// The order of the rows by ticket, if they are sorted.
fn order_of(input: &Arc<dyn ExecutionPlan>) -> Result<Option<SortOptions>> {
    for options in ORDERS {
        let by_ticket = PhysicalSortExpr::new(ticket(), options);
        if input
            .equivalence_properties()
            .ordering_satisfy([by_ticket])?
        {
            return Ok(Some(options));
        }
    }
    Ok(None)
}

/// `input` sorted by ticket, if an order is required.
fn sorted(input: &Arc<dyn ExecutionPlan>, order: Option<SortOptions>) -> Arc<dyn ExecutionPlan> {
    let ordering =
        order.and_then(|order| LexOrdering::new([PhysicalSortExpr::new(ticket(), order)]));
    match ordering {
        Some(ordering) => {
            Arc::new(SortExec::new(ordering, Arc::clone(input)).with_preserve_partitioning(true))
        }
        None => Arc::clone(input),
    }
}

fn ticket() -> Arc<dyn PhysicalExpr> {
    Arc::new(Column::new("ticket_id", TICKET))
}

/// Order and partitioning by ticket of the input are preserved.
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

impl DisplayAs for EventTableExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self.order {
            Some(_) => "as it comes",
            None => "sorted",
        };
        write!(f, "{}: input={order}", self.product.operator())?;
        match self.product.to_string() {
            said if said.is_empty() => Ok(()),
            said => write!(f, ", {said}"),
        }
    }
}

impl ExecutionPlan for EventTableExec {
    fn name(&self) -> &'static str {
        self.product.operator()
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
            // Sorted partitions are merged: repartitioning would destroy their order.
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
            return internal_err!("{} has one child", self.product.operator());
        };
        let this = self.as_ref().clone();
        Ok(Arc::new(Self::with(
            input,
            this.product,
            this.calendar,
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
        let name = self.product.operator();
        let consumer = MemoryConsumer::new(format!("{name}[{partition}]"));
        let schema = self.input.schema();
        let calendar = self.calendar.as_ref();
        let gatherer = TicketCollector::new(
            self.schema(),
            self.product.rows(&self.places, &schema, calendar),
            context.session_config().batch_size(),
            consumer.register(context.memory_pool()),
        );
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(tickets(input, gatherer, metrics))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    /// Builds only the projected columns.
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
            this.input,
            this.product,
            this.calendar,
            places,
            this.order,
        ))))
    }
}
