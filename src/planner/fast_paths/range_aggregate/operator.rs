//! The whole aggregation by ranges of keys as a physical operator.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, exec_datafusion_err, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::execution_plan::{EmissionType, reset_plan_states};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PhysicalExpr, PlanProperties, ReplaceChildrenOptions,
};
use futures::stream::FuturesUnordered;
use futures::{StreamExt, TryStreamExt, stream};

use super::output::MergedGroups;
use super::partition::{PartitionOutcome, aggregated};
use super::plan::RangeAggregationPlan;
use crate::planner::fast_paths::dense_aggregate::EncodableKey;
use crate::runtime::SharedOnce;

/// Filters, groups by integers in known ranges, and aggregates.
#[derive(Debug)]
pub(super) struct RangeAggregateExec {
    plan: Arc<RangeAggregationPlan>,
    source: Arc<dyn ExecutionPlan>,
    /// The groups, for which all partitions wait.
    groups: SharedOnce<AggregationOutcome>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

enum AggregationOutcome {
    Merged(MergedGroups),
    /// The stock plan, which starts again.
    Stock(Arc<dyn ExecutionPlan>),
}

impl RangeAggregateExec {
    pub(super) fn new(plan: Arc<RangeAggregationPlan>, source: Arc<dyn ExecutionPlan>) -> Self {
        let stock = &plan.stock;
        let mut known = stock.equivalence_properties().clone();
        known.clear_orderings();
        let properties = PlanProperties::new(
            known,
            Partitioning::UnknownPartitioning(stock.output_partitioning().partition_count()),
            EmissionType::Final,
            source.boundedness(),
        );
        Self {
            plan,
            source,
            groups: SharedOnce::default(),
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    /// Aggregates all partitions of the source side by side.
    fn aggregate(
        &self,
        context: &Arc<TaskContext>,
    ) -> Result<impl Future<Output = Result<AggregationOutcome>> + use<>> {
        let partitions = self.source.output_partitioning().partition_count();
        let mut inputs = vec![];
        for partition in 0..partitions {
            let input = self.source.execute(partition, Arc::clone(context))?;
            let consumer = MemoryConsumer::new(format!("RangeAggregateExec[{partition}]"));
            let reservation = consumer.register(context.memory_pool());
            let metrics = BaselineMetrics::new(&self.metrics, partition);
            inputs.push((input, reservation, metrics));
        }
        let (plan, source) = (Arc::clone(&self.plan), Arc::clone(&self.source));
        Ok(async move {
            let running = inputs.into_iter().map(|(input, reservation, metrics)| {
                let plan = Arc::clone(&plan);
                SpawnedTask::spawn(aggregated(plan, input, reservation, metrics)).join()
            });
            let mut running: FuturesUnordered<_> = running.collect();
            let mut partitions = vec![];
            while let Some(outcome) = running.next().await {
                let outcome =
                    outcome.map_err(|error| exec_datafusion_err!("a task ended: {error}"))?;
                match outcome? {
                    PartitionOutcome::Aggregated(states) => partitions.extend(states),
                    PartitionOutcome::Refused => {
                        drop(running);
                        let again = plan.work.over_source(&plan.stock, source)?;
                        return Ok(AggregationOutcome::Stock(reset_plan_states(again)?));
                    }
                }
            }
            MergedGroups::try_new(plan, partitions).map(AggregationOutcome::Merged)
        })
    }
}

/// The groups of all combinations at `places`, as batches of at most `rows` rows.
fn batches(
    outcome: Arc<AggregationOutcome>,
    places: Range<usize>,
    rows: usize,
    metrics: BaselineMetrics,
) -> impl Iterator<Item = Result<RecordBatch>> {
    let (combinations, step) = match outcome.as_ref() {
        AggregationOutcome::Merged(groups) => (groups.combinations.len(), groups.step(rows)),
        AggregationOutcome::Stock(_) => (0, 1),
    };
    let end = places.end;
    let starts = places.step_by(step);
    let steps = (0..combinations).flat_map(move |number| {
        let starts = starts.clone();
        starts.map(move |start| (number, start))
    });
    let stretches = steps.filter_map(move |(number, start)| {
        let AggregationOutcome::Merged(groups) = outcome.as_ref() else {
            return None;
        };
        let _timer = metrics.elapsed_compute().timer();
        let combination = &groups.combinations[number];
        let batch = groups.batch(combination, start..(start + step).min(end));
        batch.transpose()
    });
    stretches.flat_map(move |batch| parts(batch, rows))
}

/// `batch` in parts of at most `rows` rows.
fn parts(batch: Result<RecordBatch>, rows: usize) -> Vec<Result<RecordBatch>> {
    let batch = match batch {
        Ok(batch) if batch.num_rows() > rows => batch,
        batch => return vec![batch],
    };
    let starts = (0..batch.num_rows()).step_by(rows);
    let length = |start| rows.min(batch.num_rows() - start);
    starts
        .map(|start| Ok(batch.slice(start, length(start))))
        .collect()
}

impl DisplayAs for RangeAggregateExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.plan.work.calls.iter().map(|call| call.function.name());
        let calls: Vec<&str> = calls.collect();
        let coded = self.plan.coded.iter();
        let coded = coded.map(|key| format!(", {}", key.expression()));
        write!(
            f,
            "RangeAggregateExec: gby=[{}{}], places={}, aggr=[{}]",
            self.plan.ranges,
            coded.collect::<String>(),
            self.plan.ranges.places,
            calls.join(", ")
        )?;
        self.plan.work.fmt_filter(f)
    }
}

impl ExecutionPlan for RangeAggregateExec {
    fn name(&self) -> &'static str {
        "RangeAggregateExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.source]
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let keys = self.plan.work.keys.iter().map(EncodableKey::expression);
        for expression in keys.chain(self.plan.work.expressions.iter()) {
            if visit(expression)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match children.pop().filter(|_| children.is_empty()) {
            Some(source) => Ok(Arc::new(Self::new(Arc::clone(&self.plan), source))),
            None => internal_err!("RangeAggregateExec takes one child"),
        }
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        use datafusion::physical_plan::ChildrenPropertiesMode::Recompute;
        self.replace_children(children, ReplaceChildrenOptions::new(Recompute))
    }

    fn reset_state(self: Arc<Self>) -> Result<Arc<dyn ExecutionPlan>> {
        let (plan, source) = (Arc::clone(&self.plan), Arc::clone(&self.source));
        Ok(Arc::new(Self::new(plan, source)))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let groups = self.groups.get_or_start(|| self.aggregate(&context))?;
        let partitions = self.properties.output_partitioning().partition_count();
        let places = self.plan.ranges.part(partition, partitions);
        let rows = context.session_config().batch_size().max(1);
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let schema = self.schema();
        let output = async move {
            let outcome = groups.await?;
            if let AggregationOutcome::Stock(stock) = outcome.as_ref() {
                return stock.execute(partition, context);
            }
            let batches = stream::iter(batches(outcome, places, rows, metrics));
            let batches = RecordBatchStreamAdapter::new(schema, batches);
            Ok(Box::pin(batches) as SendableRecordBatchStream)
        };
        Ok(make_cooperative(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            stream::once(output).try_flatten(),
        ))))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
