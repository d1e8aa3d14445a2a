//! The join as a physical operator.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::DynamicFilterPhysicalExpr;
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, EmptyRecordBatchStream, ExecutionPlan,
    ExecutionPlanProperties, InputDistributionRequirements, PhysicalExpr, PlanProperties,
    ReplaceChildrenOptions,
};
use futures::TryFutureExt;

use super::build_outcome::BuildOutcome;
use super::build_side::{CollectedBuildSide, collect};
use super::combined_keys::CombinedKeys;
use super::join_parts::DenseJoinSpec;
use super::probe::{DenseJoinProbe, PartitionProbe};
use crate::planner::fast_paths::collected_join::{CollectedJoinStream, over_collected};
use crate::planner::fast_paths::dictionary_scan::{DictionaryColumns, with_dictionaries};
use crate::runtime::SharedOnce;

/// A join by dense integer keys, with the left side as build side.
#[derive(Debug)]
pub(crate) struct DenseJoinExec {
    /// The replaced `HashJoinExec`. It has the children, and is the fallback if keys lie far apart.
    stock: Arc<dyn ExecutionPlan>,
    parts: DenseJoinSpec,
    /// The build side, for which all partitions wait.
    build_side: SharedOnce<BuildOutcome>,
    metrics: ExecutionPlanMetricsSet,
}

impl DenseJoinExec {
    pub(super) fn new(stock: Arc<dyn ExecutionPlan>, parts: DenseJoinSpec) -> Self {
        Self {
            stock,
            parts,
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

    /// The join with dictionaries for those of `columns` of its output that are text columns of Parquet
    /// files on the probe side; `None` if there are none.
    fn with_dictionaries(&self, columns: &[usize]) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let [left, right] = self.sides()?;
        let here = columns
            .iter()
            .filter_map(|&column| self.parts.probe_column(column));
        let Some(right) = with_dictionaries(right, &here.collect::<Vec<_>>())? else {
            return Ok(None);
        };
        self.over(
            vec![Arc::clone(left), right],
            ChildrenPropertiesMode::Recompute,
        )
        .map(Some)
    }

    fn over(
        &self,
        children: Vec<Arc<dyn ExecutionPlan>>,
        mode: ChildrenPropertiesMode,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = ReplaceChildrenOptions::new(mode);
        let stock = Arc::clone(&self.stock).replace_children(children, options)?;
        match stock
            .downcast_ref::<HashJoinExec>()
            .and_then(DenseJoinSpec::from_hash_join)
        {
            Some(parts) => Ok(Arc::new(Self::new(stock, parts))),
            None => Ok(stock),
        }
    }

    /// Collects the build side.
    fn collect_build_side(
        &self,
        context: &Arc<TaskContext>,
    ) -> Result<impl Future<Output = Result<BuildOutcome>> + use<>> {
        let [left, right] = self.sides()?;
        let input = left.execute(0, Arc::clone(context))?;
        let reservation = MemoryConsumer::new("DenseJoinExec").register(context.memory_pool());
        let wanted = self.parts.wanted.clone();
        let kind = self.parts.kind;
        let partitions = right.output_partitioning().partition_count();
        let bounded = KeyBoundsFilter::new(&self.stock, &self.parts, context);
        let (stock, left, right) = (Arc::clone(&self.stock), Arc::clone(left), Arc::clone(right));
        Ok(async move {
            let batches = match collect(input, &wanted, partitions, reservation).await? {
                CollectedBuildSide::Nothing(_) if kind.needs_keys() => {
                    return Ok(BuildOutcome::Nothing);
                }
                CollectedBuildSide::Dense(build) => {
                    bounded.update(&build.keys)?;
                    return Ok(BuildOutcome::Dense(build));
                }
                CollectedBuildSide::Nothing(batches) | CollectedBuildSide::Sparse(batches) => {
                    batches
                }
            };
            let stock = over_collected(stock, batches, &left, right)?;
            Ok(BuildOutcome::Stock(stock))
        })
    }
}

/// The dynamic filter of a scan on the probe side, by the bounds of the keys.
struct KeyBoundsFilter {
    filters: Vec<Arc<dyn PhysicalExpr>>,
    keys: Vec<Arc<dyn PhysicalExpr>>,
}

impl KeyBoundsFilter {
    fn new(
        stock: &Arc<dyn ExecutionPlan>,
        parts: &DenseJoinSpec,
        context: &Arc<TaskContext>,
    ) -> Self {
        let options = &context.session_config().options().optimizer;
        let is_on =
            options.enable_join_dynamic_filter_pushdown && parts.kind.drops_unmatched_probe();
        Self {
            filters: if is_on {
                stock.dynamic_expressions_produced()
            } else {
                vec![]
            },
            keys: parts.keys.clone(),
        }
    }

    /// Lets the scan skip row groups that have no key within the bounds of those of the build side.
    fn update(&self, keys: &CombinedKeys) -> Result<()> {
        for filter in &self.filters {
            if let Some(filter) = filter.downcast_ref::<DynamicFilterPhysicalExpr>()
                && let Some(condition) = keys.condition(&self.keys)
            {
                filter.update(condition)?;
                filter.mark_complete();
            }
        }
        Ok(())
    }
}

impl DisplayAs for DenseJoinExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DenseJoinSpec { wanted, keys, .. } = &self.parts;
        let on = wanted.keys.iter().zip(keys);
        let on: Vec<String> = on
            .map(|(left, right)| format!("({left}, {right})"))
            .collect();
        let join_type = self.parts.join_type;
        let shown: Vec<String> = self.parts.shown_names(&self.stock.schema());
        write!(
            f,
            "DenseJoinExec: join_type={join_type}, on=[{}], projection=[{}]",
            on.join(", "),
            shown.join(", ")
        )
    }
}

impl ExecutionPlan for DenseJoinExec {
    fn name(&self) -> &'static str {
        "DenseJoinExec"
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

    fn dynamic_expressions_produced(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        self.stock.dynamic_expressions_produced()
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

    /// The same join passing dictionaries through, for [`DictionaryColumns`].
    fn with_new_state(&self, state: Arc<dyn Any + Send + Sync>) -> Option<Arc<dyn ExecutionPlan>> {
        let DictionaryColumns(columns) = state.downcast_ref()?;
        // An error leaves the plan as it is.
        self.with_dictionaries(columns).ok().flatten()
    }

    fn reset_state(self: Arc<Self>) -> Result<Arc<dyn ExecutionPlan>> {
        let stock = Arc::clone(&self.stock).reset_state()?;
        Ok(Arc::new(Self::new(stock, self.parts.clone())))
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
        let schema = self.schema();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let most = context.session_config().batch_size();
        let probe = DenseJoinProbe {
            kind: self.parts.kind,
            keys: self.parts.keys.clone(),
            shown: self.parts.shown.clone(),
            schema: self.schema(),
            most,
        };
        let output = async move {
            let ready = build_side.await?;
            match ready.as_ref() {
                BuildOutcome::Nothing => {
                    Ok(Box::pin(EmptyRecordBatchStream::new(schema)) as SendableRecordBatchStream)
                }
                BuildOutcome::Stock(stock) => stock.execute(partition, context),
                BuildOutcome::Dense(_) => {
                    let input = right.execute(partition, context)?;
                    let probe = PartitionProbe {
                        probe,
                        ready: Arc::clone(&ready),
                    };
                    Ok(CollectedJoinStream::new(input, probe, metrics).stream())
                }
            }
        };
        // It may emit many rows for one, so that an operator above never waits for a leaf. So it yields
        // itself.
        Ok(make_cooperative(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            output.try_flatten_stream(),
        ))))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
