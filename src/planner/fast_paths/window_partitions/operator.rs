//! The operator that replaces the stock one.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{OrderingRequirements, PhysicalExpr};
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::windows::WindowAggExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan,
    InputDistributionRequirements, PlanProperties, ReplaceChildrenOptions,
};
use futures::{StreamExt, stream};

use super::groups::{CompleteGroups, GroupBuffer};

/// The window of the stock operator, group by group. All but its execution is that of the stock operator.
#[derive(Debug, Clone)]
pub(super) struct WindowPartitionsExec {
    window: Arc<WindowAggExec>,
    metrics: ExecutionPlanMetricsSet,
}

impl WindowPartitionsExec {
    pub(super) fn new(window: WindowAggExec) -> Self {
        Self {
            window: Arc::new(window),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl DisplayAs for WindowPartitionsExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls: Vec<_> = self
            .window
            .window_expr()
            .iter()
            .map(|call| call.name())
            .collect();
        write!(f, "WindowPartitionsExec: [{}]", calls.join(", "))
    }
}

impl ExecutionPlan for WindowPartitionsExec {
    fn name(&self) -> &'static str {
        "WindowPartitionsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.window.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.window.children()
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.window.apply_expressions(f)
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        self.window.maintains_input_order()
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        self.window.required_input_ordering()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        self.window.input_distribution_requirements()
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let window = Arc::clone(&self.window).replace_children(children, options)?;
        let Some(window) = window.downcast_ref::<WindowAggExec>() else {
            return internal_err!("WindowAggExec became another operator");
        };
        Ok(Arc::new(Self::new(window.clone())))
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
        // It cannot spill; but so it gets its share of the pool whatever the sorts below it hold.
        let memory = MemoryConsumer::new("WindowPartitionsExec")
            .with_can_spill(true)
            .register(context.memory_pool());
        let input = self.window.input();
        let keys = self.window.partition_by_sort_keys()?;
        let groups = GroupStream {
            buffer: GroupBuffer::new(input.schema(), keys, memory),
            input: Some(input.execute(partition, context)?),
            window: Arc::clone(&self.window),
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        Ok(groups.stream())
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        self.window.child_stats_requests(partition)
    }

    fn statistics_from_inputs(
        &self,
        input: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        self.window.statistics_from_inputs(input, args)
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}

/// The output of one partition of the plan.
struct GroupStream {
    /// `None` at its end.
    input: Option<SendableRecordBatchStream>,
    buffer: GroupBuffer,
    window: Arc<WindowAggExec>,
    metrics: BaselineMetrics,
}

impl GroupStream {
    fn stream(self) -> SendableRecordBatchStream {
        let schema = self.window.schema();
        let batches = stream::try_unfold(self, |mut groups| async move {
            let batch = groups.next().await?;
            Ok(batch.map(|batch| (batch, groups)))
        });
        Box::pin(RecordBatchStreamAdapter::new(schema, batches))
    }

    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        while let Some(input) = &mut self.input {
            let batch = input.next().await.transpose()?;
            let elapsed = self.metrics.elapsed_compute().clone();
            let _timer = elapsed.timer();
            let complete = match batch {
                Some(batch) => self.buffer.push(&batch)?,
                None => {
                    // Releases what the operators below hold, before the last group is computed.
                    self.input = None;
                    self.buffer.take()?
                }
            };
            if let Some(complete) = complete {
                return self.evaluate(complete).map(Some);
            }
        }
        Ok(None)
    }

    fn evaluate(&self, complete: CompleteGroups) -> Result<RecordBatch> {
        let calls = self.window.window_expr();
        let batch = complete.with_values(&self.window.schema(), |group| {
            calls.iter().map(|call| call.evaluate(group)).collect()
        })?;
        self.metrics.record_output(batch.num_rows());
        Ok(batch)
    }
}
