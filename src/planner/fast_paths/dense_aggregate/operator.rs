//! The partial aggregation by few keys as a physical operator.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PhysicalExpr, PlanProperties, ReplaceChildrenOptions,
};
use futures::TryStreamExt;

use super::keys::EncodableKey;
use super::run::PartitionAggregator;
use super::work::DenseAggregationPlan;

/// Filters, groups by few values and aggregates to partial states.
#[derive(Debug)]
pub(super) struct DenseAggregateExec {
    work: Arc<DenseAggregationPlan>,
    source: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl DenseAggregateExec {
    pub(super) fn new(work: Arc<DenseAggregationPlan>, source: Arc<dyn ExecutionPlan>) -> Self {
        // Constants and equalities of the input hold; groups are emitted in the order of their
        // appearance.
        let mut known = work.stock.equivalence_properties().clone();
        known.clear_orderings();
        let properties = PlanProperties::new(
            known,
            Partitioning::UnknownPartitioning(source.output_partitioning().partition_count()),
            EmissionType::Final,
            source.boundedness(),
        );
        Self {
            work,
            source,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl DisplayAs for DenseAggregateExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |items: Vec<String>| items.join(", ");
        let work = &self.work;
        let keys = work.output.fields().iter().take(work.keys.len());
        let keys = list(keys.map(|field| field.name().clone()).collect());
        let calls = work.calls.iter();
        let calls = list(calls.map(|call| call.function.name().to_owned()).collect());
        write!(f, "DenseAggregateExec: gby=[{keys}]")?;
        if let Some(sets) = &work.sets {
            write!(f, ", sets={}", sets.groups().len())?;
        }
        write!(f, ", aggr=[{calls}]")?;
        let summed = work.sums.iter().map(|summed| summed.argument);
        let summed = summed.map(|place| work.expressions[place].to_string());
        let summed = list(summed.collect());
        if !summed.is_empty() {
            write!(f, ", summed=[{summed}]")?;
        }
        work.fmt_filter(f)
    }
}

impl ExecutionPlan for DenseAggregateExec {
    fn name(&self) -> &'static str {
        "DenseAggregateExec"
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
        let keys = self.work.keys.iter().map(EncodableKey::expression);
        for expression in keys.chain(self.work.expressions.iter()) {
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
            Some(source) => Ok(Arc::new(Self::new(Arc::clone(&self.work), source))),
            None => internal_err!("DenseAggregateExec takes one child"),
        }
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        use datafusion::physical_plan::ChildrenPropertiesMode::Recompute;
        self.replace_children(children, ReplaceChildrenOptions::new(Recompute))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.source.execute(partition, Arc::clone(&context))?;
        let consumer = MemoryConsumer::new(format!("DenseAggregateExec[{partition}]"));
        let reservation = consumer.register(context.memory_pool());
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let run = PartitionAggregator::new(Arc::clone(&self.work), reservation, metrics)?;
        let source = Arc::clone(&self.source);
        let output = async move { run.all(input, source, partition, context).await };
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            futures::stream::once(output).try_flatten(),
        )))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
