//! The operator that replaces the stock one.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, Statistics};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::window::WindowExpr;
use datafusion::physical_expr::{OrderingRequirements, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan,
    InputDistributionRequirements, PlanProperties, ReplaceChildrenOptions,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::calls::GroupedCall;
use super::groups::{CompleteGroups, GroupBuffer};
use super::numbering::RowNumbering;
use super::running::RunningCall;
use super::standard_call::standard_function;
use super::stock::StockWindow;
use crate::planner::fast_paths::remaining_rows::RemainingRowsExec;

/// The window of a stock operator, over whole groups. All but its execution is that of the stock operator.
#[derive(Debug, Clone)]
pub(in crate::planner::fast_paths) struct WindowPartitionsExec {
    window: Arc<StockWindow>,
    metrics: ExecutionPlanMetricsSet,
}

impl WindowPartitionsExec {
    pub(super) fn new(window: StockWindow) -> Self {
        Self {
            window: Arc::new(window),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    /// The plan below it, sorted by the keys of its groups first.
    pub(in crate::planner::fast_paths) fn sorted_input(&self) -> &Arc<dyn ExecutionPlan> {
        &self.window.input
    }

    /// Number of keys of its groups.
    pub(in crate::planner::fast_paths) fn group_keys(&self) -> usize {
        self.window.keys.len()
    }

    /// How rows are numbered in a column of its output, and the order of the call, if no other column needs the rows
    /// behind them.
    pub(in crate::planner::fast_paths) fn numbering_in(
        &self,
        column: usize,
    ) -> Option<(RowNumbering, &[PhysicalSortExpr])> {
        let numbering =
            |call: &Arc<dyn WindowExpr>| RowNumbering::named(standard_function(call)?.fun().name());
        let calls = &self.window.calls;
        let numberings: Vec<_> = calls.iter().map(numbering).collect::<Option<_>>()?;
        let place = column.checked_sub(self.window.input.schema().fields().len())?;
        Some((*numberings.get(place)?, calls.get(place)?.order_by()))
    }
}

impl DisplayAs for WindowPartitionsExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.window.calls.iter().map(|call| call.name());
        let calls: Vec<_> = calls.collect();
        write!(f, "WindowPartitionsExec: [{}]", calls.join(", "))
    }
}

impl ExecutionPlan for WindowPartitionsExec {
    fn name(&self) -> &'static str {
        "WindowPartitionsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.window.plan.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.window.plan.children()
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.window.plan.apply_expressions(f)
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        self.window.plan.maintains_input_order()
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        self.window.plan.required_input_ordering()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        self.window.plan.input_distribution_requirements()
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = Arc::clone(&self.window.plan).replace_children(children, options)?;
        Ok(Arc::new(Self::new(StockWindow::again(&plan)?)))
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
        let input = &self.window.input;
        let schema = input.schema();
        let calls = if self.window.is_running() {
            let calls = self.window.calls.iter();
            let calls = calls.map(|call| RunningCall::new(call, &schema));
            StreamedCalls::Running(calls.collect::<Option<_>>().unwrap_or_default())
        } else {
            let calls = self.window.calls.iter();
            StreamedCalls::Grouped(calls.map(|call| GroupedCall::new(call, &schema)).collect())
        };
        let groups = GroupStream {
            buffer: GroupBuffer::new(Arc::clone(&schema), self.window.buffer_keys(), memory),
            input: Some(input.execute(partition, Arc::clone(&context))?),
            calls,
            has_begun: false,
            window: Arc::clone(&self.window),
            metrics: BaselineMetrics::new(&self.metrics, partition),
            partition,
            context,
        };
        Ok(groups.stream())
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        self.window.plan.child_stats_requests(partition)
    }

    fn statistics_from_inputs(
        &self,
        input: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        self.window.plan.statistics_from_inputs(input, args)
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
    calls: StreamedCalls,
    /// True if rows have been given.
    has_begun: bool,
    window: Arc<StockWindow>,
    metrics: BaselineMetrics,
    partition: usize,
    context: Arc<TaskContext>,
}

/// The calls, by what the buffer gives.
enum StreamedCalls {
    /// Over whole groups.
    Grouped(Vec<GroupedCall>),
    /// Over rows with all that are equal to them.
    Running(Vec<RunningCall>),
}

/// What comes next in the output.
enum NextRows {
    Batch(RecordBatch),
    /// All that is left, by the stock operator: it needs no whole group.
    Rest(SendableRecordBatchStream),
}

impl GroupStream {
    fn stream(self) -> SendableRecordBatchStream {
        let schema = self.window.plan.schema();
        let rows = stream::try_unfold(self, |mut groups| async move {
            let next = groups.next().await?;
            Ok::<_, DataFusionError>(next.map(|next| (next, groups)))
        });
        let batches = rows.map_ok(|next| match next {
            NextRows::Batch(batch) => stream::once(async { Ok(batch) }).boxed(),
            NextRows::Rest(rest) => rest,
        });
        Box::pin(RecordBatchStreamAdapter::new(schema, batches.try_flatten()))
    }

    async fn next(&mut self) -> Result<Option<NextRows>> {
        while let Some(input) = &mut self.input {
            let batch = input.next().await.transpose()?;
            let elapsed = self.metrics.elapsed_compute().clone();
            let _timer = elapsed.timer();
            let complete = match batch {
                Some(batch) => match self.buffer.push(&batch) {
                    Err(error) if self.can_hand_over() && is_short_of_memory(&error) => {
                        return self.rest(batch).map(Some);
                    }
                    complete => complete?,
                },
                None => {
                    // Releases what the operators below hold, before the last group is computed.
                    self.input = None;
                    self.buffer.take()?
                }
            };
            if let Some(complete) = complete {
                return self.evaluate(&complete).map(Some);
            }
        }
        Ok(None)
    }

    /// The stock operator can begin with a group, but not in the middle of one.
    fn can_hand_over(&self) -> bool {
        self.window.is_streaming && !(self.has_begun && self.window.is_running())
    }

    fn evaluate(&mut self, complete: &CompleteGroups) -> Result<NextRows> {
        self.has_begun = true;
        let CompleteGroups { rows, groups } = complete;
        let values: Vec<_> = match &mut self.calls {
            StreamedCalls::Grouped(calls) => calls
                .iter()
                .map(|call| call.evaluate(rows, groups))
                .collect::<Result<_>>()?,
            StreamedCalls::Running(calls) => calls
                .iter_mut()
                .map(|call| call.next(rows, groups))
                .collect::<Result<_>>()?,
        };
        let mut columns = complete.rows.columns().to_vec();
        columns.extend(values);
        let batch = RecordBatch::try_new(self.window.plan.schema(), columns)?;
        self.metrics.record_output(batch.num_rows());
        Ok(NextRows::Batch(batch))
    }

    /// The stock operator over the rows from the beginning of the last group on.
    fn rest(&mut self, batch: RecordBatch) -> Result<NextRows> {
        let held = self.buffer.held().into_iter().chain([batch]).map(Ok);
        let rest = stream::iter(held).chain(stream::iter(self.input.take()).flatten());
        let rest = RecordBatchStreamAdapter::new(self.window.input.schema(), rest);
        let rest = RemainingRowsExec::new(vec![Box::pin(rest)], &self.window.input);
        let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Keep);
        let plan = Arc::clone(&self.window.plan).replace_children(vec![Arc::new(rest)], mode)?;
        let rest = plan.execute(self.partition, Arc::clone(&self.context))?;
        Ok(NextRows::Rest(rest))
    }
}

fn is_short_of_memory(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
}
