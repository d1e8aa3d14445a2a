//! The join as a physical operator.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::joins::NestedLoopJoinExec;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, PhysicalExpr, PlanProperties, ReplaceChildrenOptions,
};
use futures::TryFutureExt;

use super::build::{CollectedRanges, RangeOutcome, collect};
use super::probe::RangeProbe;
use super::spec::RangeJoinSpec;
use crate::planner::correctness::repeated_execution::over_repeatable;
use crate::planner::fast_paths::collected_join::{CollectedJoinStream, over_collected};
use crate::runtime::SharedOnce;

/// A join on ranges, with the left side as build side.
#[derive(Debug)]
pub(super) struct RangeJoinExec {
    /// The replaced `NestedLoopJoinExec`. It has the children, and goes on if memory is short: it spills.
    stock: Arc<dyn ExecutionPlan>,
    spec: RangeJoinSpec,
    /// The build side, for which all partitions wait.
    build_side: SharedOnce<RangeOutcome>,
    metrics: ExecutionPlanMetricsSet,
}

impl RangeJoinExec {
    pub(super) fn new(stock: Arc<dyn ExecutionPlan>, spec: RangeJoinSpec) -> Self {
        Self {
            stock,
            spec,
            build_side: SharedOnce::default(),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    fn sides(&self) -> Result<[&Arc<dyn ExecutionPlan>; 2]> {
        match self.stock.children()[..] {
            [left, right] => Ok([left, right]),
            _ => internal_err!("a join has two sides"),
        }
    }

    fn over(
        &self,
        children: Vec<Arc<dyn ExecutionPlan>>,
        mode: ChildrenPropertiesMode,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = ReplaceChildrenOptions::new(mode);
        let stock = Arc::clone(&self.stock).replace_children(children, options)?;
        let join = stock.downcast_ref::<NestedLoopJoinExec>();
        let spec = join.map(RangeJoinSpec::from_stock).transpose()?.flatten();
        Ok(match spec {
            Some(spec) => Arc::new(Self::new(stock, spec)),
            None => stock,
        })
    }

    /// Collects the build side.
    fn collect_build_side(
        &self,
        context: &Arc<TaskContext>,
    ) -> Result<impl Future<Output = Result<RangeOutcome>> + use<>> {
        let [left, right] = self.sides()?;
        let input = left.execute(0, Arc::clone(context))?;
        let reservation = MemoryConsumer::new("RangeJoinExec").register(context.memory_pool());
        let spec = self.spec.clone();
        let partitions = right.output_partitioning().partition_count();
        let (stock, left, right) = (Arc::clone(&self.stock), Arc::clone(left), Arc::clone(right));
        Ok(async move {
            let batches = match collect(input, &spec, partitions, reservation).await? {
                CollectedRanges::Sorted(build) => return Ok(RangeOutcome::Sorted(build)),
                CollectedRanges::Unsorted(batches) => batches,
                CollectedRanges::TooMany => {
                    let stock = over_repeatable(&stock, reset_plan_states(left)?, &right)?;
                    return Ok(RangeOutcome::Stock(stock));
                }
            };
            let stock = over_collected(stock, batches, &left, right)?;
            Ok(RangeOutcome::Stock(stock))
        })
    }
}

impl DisplayAs for RangeJoinExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join_type = self.spec.join_type;
        write!(f, "RangeJoinExec: join_type={join_type}")?;
        let join = self.stock.downcast_ref::<NestedLoopJoinExec>();
        if let Some(filter) = join.and_then(NestedLoopJoinExec::filter) {
            write!(f, ", filter={}", filter.expression())?;
        }
        let schema = self.stock.schema();
        let shown: Vec<&str> = schema
            .fields()
            .iter()
            .map(|it| it.name().as_str())
            .collect();
        write!(f, ", projection=[{}]", shown.join(", "))
    }
}

impl ExecutionPlan for RangeJoinExec {
    fn name(&self) -> &'static str {
        "RangeJoinExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.stock.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.stock.children()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        self.stock.input_distribution_requirements()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        self.stock.maintains_input_order()
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.stock.apply_expressions(visit)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.over(children, options.children_properties)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.over(children, ChildrenPropertiesMode::Recompute)
    }

    fn reset_state(self: Arc<Self>) -> Result<Arc<dyn ExecutionPlan>> {
        let stock = Arc::clone(&self.stock).reset_state()?;
        Ok(Arc::new(Self::new(stock, self.spec.clone())))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let build_side = self
            .build_side
            .get_or_start(|| self.collect_build_side(&context))?;
        let [_, right] = self.sides()?;
        let right = Arc::clone(right);
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let (spec, schema) = (self.spec.clone(), self.schema());
        let most = context.session_config().batch_size();
        let output = async move {
            let ready = build_side.await?;
            if let RangeOutcome::Stock(stock) = ready.as_ref() {
                return stock.execute(partition, context);
            }
            let input = right.execute(partition, context)?;
            let probe = RangeProbe {
                spec,
                schema,
                most,
                ready,
            };
            Ok(CollectedJoinStream::new(input, probe, metrics).stream())
        };
        Ok(make_cooperative(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            output.try_flatten_stream(),
        ))))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
