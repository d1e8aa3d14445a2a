//! The execution operator of the table functions.

use std::fmt;
use std::sync::Arc;

use arrow::compute::{SortOptions, concat_batches};
use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, Distribution, ExecutionPlan,
    InputDistributionRequirements, Partitioning, PlanProperties, ReplaceChildrenOptions,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::computation::{TableComputation, TableFold};

/// Computes rows of all rows of its input, which are held in memory.
#[derive(Debug, Clone)]
pub(super) struct ComputedTableExec {
    function: &'static str,
    input: Arc<dyn ExecutionPlan>,
    computation: Arc<dyn TableComputation>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

const ASCENDING: SortOptions = SortOptions {
    descending: false,
    nulls_first: false,
};

impl ComputedTableExec {
    pub(super) fn new(
        function: &'static str,
        input: Arc<dyn ExecutionPlan>,
        computation: Arc<dyn TableComputation>,
    ) -> Self {
        let schema = Arc::new(Schema::new(computation.fields()));
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self {
            function,
            input,
            computation,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    fn order(&self) -> Option<LexOrdering> {
        let schema = self.input.schema();
        let fields = schema.fields().iter().enumerate();
        LexOrdering::new(
            fields
                .take(self.computation.sorted_by())
                .map(|(place, field)| {
                    let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), place));
                    PhysicalSortExpr::new(column, ASCENDING)
                }),
        )
    }
}

impl DisplayAs for ComputedTableExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ComputedTableExec: {}", self.function)
    }
}

impl ExecutionPlan for ComputedTableExec {
    fn name(&self) -> &'static str {
        "ComputedTableExec"
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
        InputDistributionRequirements::new(vec![Distribution::SinglePartition])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.order().map(OrderingRequirements::from)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), true) = (children.pop(), children.is_empty()) else {
            return internal_err!("{} has one child", self.function);
        };
        let computation = Arc::clone(&self.computation);
        Ok(Arc::new(Self::new(self.function, input, computation)))
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
        let reservation = MemoryConsumer::new(self.function).register(context.memory_pool());
        let computation = Arc::clone(&self.computation);
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let rows = async move {
            let (computed, reservation) = match computation.fold() {
                Some(fold) => folded(input, fold, reservation, &metrics).await?,
                None => {
                    let (input, reservation) = collected(input, reservation).await?;
                    let _timer = metrics.elapsed_compute().timer();
                    (computation.compute(&input)?, reservation)
                }
            };
            metrics.record_output(computed.num_rows());
            drop(reservation);
            Ok::<_, DataFusionError>(computed)
        };
        let size = context.session_config().batch_size();
        let batches = stream::once(rows)
            .map_ok(move |all| stream::iter(slices(&all, size)).map(Ok))
            .try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            batches,
        )))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// All rows in one batch, within the memory of the session.
async fn collected(
    mut input: SendableRecordBatchStream,
    reservation: MemoryReservation,
) -> Result<(RecordBatch, MemoryReservation)> {
    let schema = input.schema();
    let mut batches = vec![];
    while let Some(batch) = input.next().await {
        let batch = batch?;
        // Once as it comes, and once in the batch of all.
        reservation.try_grow(2 * batch.get_array_memory_size())?;
        batches.push(batch);
    }
    Ok((concat_batches(&schema, &batches)?, reservation))
}

/// The result of rows that are taken as they come.
async fn folded(
    mut input: SendableRecordBatchStream,
    mut fold: Box<dyn TableFold>,
    reservation: MemoryReservation,
    metrics: &BaselineMetrics,
) -> Result<(RecordBatch, MemoryReservation)> {
    while let Some(batch) = input.next().await {
        let _timer = metrics.elapsed_compute().timer();
        fold.add(&batch?)?;
        reservation.try_resize(fold.size())?;
    }
    let computed = fold.finish()?;
    Ok((computed, reservation))
}

fn slices(all: &RecordBatch, size: usize) -> Vec<RecordBatch> {
    (0..all.num_rows())
        .step_by(size.max(1))
        .map(|start| all.slice(start, size.min(all.num_rows() - start)))
        .collect()
}
