//! The operator that replaces the stock sort, and the merge above it.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{LexOrdering, PhysicalExpr};
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::limit::LocalLimitExec;
use datafusion::physical_plan::metrics::{
    BaselineMetrics, ExecutionPlanMetricsSet, MetricValue, MetricsSet,
};
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, PlanProperties, ReplaceChildrenOptions,
};
use futures::{TryStreamExt, stream};

use super::collect::{CollectedRows, collect};
use super::first_of_groups::FirstOfGroups;
use super::kept_rows::{kept_rows, streams};
use super::key_column::KeyColumn;
use super::ordered::{WantedRows, row_order};
use super::sorted_rows::{gathered, is_supported};
use crate::planner::fast_paths::remaining_rows::RemainingRowsExec;
use crate::planner::rewrite::PlanRef;
use crate::runtime::each_partition;

/// A smaller LIMIT is left to the stock operator, which keeps no more rows than that.
const SMALLEST_LIMIT: usize = 10_000;

/// A sort of each partition, or of all of them into one. All but its execution is that of the stock operators.
#[derive(Debug, Clone)]
pub(super) struct NormalizedSortExec {
    sort: Arc<SortExec>,
    /// The merge above the sort.
    merge: Option<Arc<SortPreservingMergeExec>>,
    /// The rows of each group that are wanted, where not all are.
    first: Option<FirstOfGroups>,
    metrics: ExecutionPlanMetricsSet,
    /// Stock sorts that rows were handed over to, by partition: what they spill is told with the metrics.
    stock_sorts: Arc<Mutex<Vec<Arc<SortExec>>>>,
}

impl NormalizedSortExec {
    /// The operator for a stock sort whose keys can be packed, or for a merge above one of these.
    ///
    /// # Errors
    /// When a key has no type.
    pub(super) fn in_place_of(node: &PlanRef) -> Result<Option<Self>> {
        if let Some(merge) = node.downcast_ref::<SortPreservingMergeExec>() {
            let below = merge.input().downcast_ref::<Self>();
            let below = below.filter(|sort| {
                sort.merge.is_none()
                    && sort.sort.preserve_partitioning()
                    && sort.sort.expr() == merge.expr()
                    && sort.sort.fetch() == merge.fetch()
            });
            return Ok(below.map(|sort| Self {
                merge: Some(Arc::new(merge.clone())),
                ..sort.clone()
            }));
        }
        let Some(sort) = node.downcast_ref::<SortExec>() else {
            return Ok(None);
        };
        let schema = sort.input().schema();
        let is_long = sort.fetch().is_none_or(|rows| rows > SMALLEST_LIMIT);
        let has_columns = schema
            .fields()
            .iter()
            .all(|field| is_supported(field.data_type()));
        let mut keys = sort.expr().iter().map(|key| key.expr.data_type(&schema));
        let has_keys = keys.try_fold(true, |all, key| {
            key.map(|key| all && KeyColumn::is_supported(&key))
        })?;
        let is_bounded = !sort.input().boundedness().is_unbounded();
        Ok(
            (is_long && has_columns && has_keys && is_bounded).then(|| Self {
                sort: Arc::new(sort.clone()),
                merge: None,
                first: None,
                metrics: ExecutionPlanMetricsSet::new(),
                stock_sorts: Arc::default(),
            }),
        )
    }

    /// The same that may leave out all but the first rows of each group; `None` if it has a limit of its own.
    pub(super) fn with_first(&self, first: FirstOfGroups) -> Option<Self> {
        (self.merge.is_none() && self.sort.fetch().is_none()).then(|| Self {
            first: Some(first),
            ..self.clone()
        })
    }

    pub(super) fn ordering(&self) -> &LexOrdering {
        self.sort.expr()
    }

    fn wanted(&self) -> WantedRows {
        match (self.first, self.sort.fetch()) {
            (Some(first), _) => WantedRows::FirstOfGroups(first),
            (None, Some(rows)) => WantedRows::First(rows),
            (None, None) => WantedRows::All,
        }
    }

    fn stock(&self) -> &dyn ExecutionPlan {
        match &self.merge {
            Some(merge) => merge.as_ref(),
            None => self.sort.as_ref(),
        }
    }

    /// The stock sort of rows that were read from the input: of one partition, or of all.
    fn stock_rows(
        &self,
        rows: Vec<SendableRecordBatchStream>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = Arc::new(RemainingRowsExec::new(rows, self.sort.input()));
        let sort = SortExec::new(self.sort.expr().clone(), input)
            .with_preserve_partitioning(self.sort.preserve_partitioning());
        let sort = Arc::new(sort);
        if let Ok(mut sorts) = self.stock_sorts.lock() {
            sorts.push(Arc::clone(&sort));
        }
        let mut plan: PlanRef = sort;
        if let Some(merge) = &self.merge {
            let merge = SortPreservingMergeExec::new(merge.expr().clone(), plan);
            plan = Arc::new(merge.with_fetch(self.sort.fetch()));
        } else if let Some(rows) = self.sort.fetch() {
            plan = Arc::new(LocalLimitExec::new(plan, rows));
        }
        plan.execute(partition, context)
    }

    /// The rows of one partition, or of all where they are merged.
    async fn collected(
        &self,
        partition: usize,
        context: &Arc<TaskContext>,
    ) -> Result<Vec<CollectedRows>> {
        let gives_up = Arc::new(AtomicBool::new(false));
        let read = |rows, context: Arc<TaskContext>| {
            let memory = MemoryConsumer::new("NormalizedSortExec")
                .with_can_spill(true)
                .register(context.memory_pool());
            let ordering = self.sort.expr().clone();
            collect(rows, ordering, memory, Arc::clone(&gives_up))
        };
        let input = self.sort.input();
        if self.merge.is_some() {
            return each_partition(input, context, read).await;
        }
        let rows = input.execute(partition, Arc::clone(context))?;
        Ok(vec![read(rows, Arc::clone(context)).await?])
    }

    async fn sorted(
        self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let collected = self.collected(partition, &context).await?;
        let schema = self.sort.input().schema();
        let timer = BaselineMetrics::new(&self.metrics, partition)
            .elapsed_compute()
            .clone();
        let _timer = timer.timer();
        match kept_rows(collected, &schema) {
            Err(streams) => self.stock_rows(streams, partition, context),
            Ok(rows) => {
                let rows = Arc::new(rows);
                let order = row_order(&rows, self.wanted()).await?;
                let rows = Arc::into_inner(rows).unwrap_or_default();
                let Some(order) = order else {
                    return self.stock_rows(streams(rows, &schema), partition, context);
                };
                let ahead = if self.merge.is_some() { rows.len() } else { 1 };
                let batch_size = context.session_config().batch_size();
                gathered(rows, order, schema).map(|rows| rows.stream(batch_size, ahead))
            }
        }
    }
}

/// Rows and times are counted by the operator itself.
const fn is_spill(value: &MetricValue) -> bool {
    matches!(
        value,
        MetricValue::SpillCount(_) | MetricValue::SpilledBytes(_) | MetricValue::SpilledRows(_)
    )
}

impl DisplayAs for NormalizedSortExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NormalizedSortExec: [{}]", self.sort.expr())?;
        if let Some(rows) = self.sort.fetch() {
            write!(f, ", fetch={rows}")?;
        }
        if let Some(first) = self.first {
            write!(f, ", first={} of each group", first.most)?;
        }
        match self.merge {
            Some(_) => write!(f, ", merged=true"),
            None => Ok(()),
        }
    }
}

impl ExecutionPlan for NormalizedSortExec {
    fn name(&self) -> &'static str {
        "NormalizedSortExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.stock().properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![self.sort.input()]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.sort.apply_expressions(f)
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        self.sort.input_distribution_requirements()
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let sort: PlanRef = Arc::clone(&self.sort).replace_children(children, options)?;
        let Some(new) = sort.downcast_ref::<SortExec>() else {
            return internal_err!("SortExec became another operator");
        };
        let merge = self.merge.as_ref().map(|merge| {
            let merge = SortPreservingMergeExec::new(merge.expr().clone(), Arc::clone(&sort));
            Arc::new(merge.with_fetch(self.sort.fetch()))
        });
        Ok(Arc::new(Self {
            sort: Arc::new(new.clone()),
            merge,
            first: self.first,
            metrics: ExecutionPlanMetricsSet::new(),
            stock_sorts: Arc::default(),
        }))
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
        let input = self.sort.input();
        let is_sorted = input
            .equivalence_properties()
            .ordering_satisfy(self.sort.expr().clone())?;
        if is_sorted {
            return self.stock().execute(partition, context);
        }
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let rows = stream::once(self.clone().sorted(partition, context)).try_flatten();
        let rows = rows.inspect_ok(move |batch| metrics.record_output(batch.num_rows()));
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        let mut metrics = self.metrics.clone_inner();
        let sorts = self.stock_sorts.lock();
        for sort in sorts.iter().flat_map(|sorts| sorts.iter()) {
            let own = sort.metrics().unwrap_or_default();
            let spills = own.iter().filter(|metric| is_spill(metric.value()));
            spills.for_each(|metric| metrics.push(Arc::clone(metric)));
        }
        Some(metrics)
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        match self.merge {
            Some(_) => vec![ChildStats::At(None)],
            None => self.sort.child_stats_requests(partition),
        }
    }

    fn statistics_from_inputs(
        &self,
        input: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        self.sort.statistics_from_inputs(input, args)
    }

    fn fetch(&self) -> Option<usize> {
        self.sort.fetch()
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        self.sort.cardinality_effect()
    }
}
