//! The join as a physical operator.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{NullEquality, Result, internal_err};
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
use crate::planner::fast_paths::dictionary_scan::{
    DictionaryColumns, restored_columns, with_dictionaries,
};
use crate::runtime::SharedOnce;

/// A join by dense integer keys, with the left side as build side.
#[derive(Debug)]
pub(crate) struct DenseJoinExec {
    /// The replaced `HashJoinExec`. It has the build side, and is the fallback if keys lie far apart.
    stock: Arc<dyn ExecutionPlan>,
    /// The probe side. Its text keys may be dictionaries, which are cast for the stock operator.
    right: Arc<dyn ExecutionPlan>,
    parts: DenseJoinSpec,
    /// The build side, for which all partitions wait.
    build_side: SharedOnce<BuildOutcome>,
    metrics: ExecutionPlanMetricsSet,
}

impl DenseJoinExec {
    fn new(
        stock: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        parts: DenseJoinSpec,
    ) -> Self {
        Self {
            stock,
            right,
            parts,
            build_side: SharedOnce::default(),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    /// `stock`, a hash join, as a dense join of the same sides; `None` if it is not supported.
    ///
    /// # Errors
    /// When the probe side cannot be rewritten.
    pub(super) fn in_place_of(stock: &Arc<dyn ExecutionPlan>) -> Result<Option<Self>> {
        let Some(join) = stock.downcast_ref::<HashJoinExec>() else {
            return Ok(None);
        };
        let Some(parts) = DenseJoinSpec::from_hash_join(join) else {
            return Ok(None);
        };
        let right = with_dictionaries(join.right(), &parts.text_keys(&join.right().schema()))?;
        let right = right.unwrap_or_else(|| Arc::clone(join.right()));
        Ok(Some(Self::new(Arc::clone(stock), right, parts)))
    }

    /// The sides of the stock operator.
    fn sides(&self) -> Result<[&Arc<dyn ExecutionPlan>; 2]> {
        match self.stock.children()[..] {
            [left, right] => Ok([left, right]),
            _ => internal_err!("a join has two sides"),
        }
    }

    /// The join with dictionaries for those of `columns` of its output that are text columns of Parquet
    /// files on the probe side; `None` if there are none.
    fn with_dictionaries(&self, columns: &[usize]) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let keys = self.parts.key_columns();
        let here = columns
            .iter()
            .filter_map(|&column| self.parts.probe_column(column));
        let here = here.filter(|column| !keys.contains(column));
        let Some(right) = with_dictionaries(&self.right, &here.collect::<Vec<_>>())? else {
            return Ok(None);
        };
        let [left, _] = self.sides()?;
        self.over(Arc::clone(left), right, ChildrenPropertiesMode::Recompute)
            .map(Some)
    }

    fn over(
        &self,
        left: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        mode: ChildrenPropertiesMode,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = ReplaceChildrenOptions::new(mode);
        let plain = self.with_plain_keys(&right)?;
        let stock = Arc::clone(&self.stock).replace_children(vec![left, plain], options)?;
        match stock
            .downcast_ref::<HashJoinExec>()
            .and_then(DenseJoinSpec::from_hash_join)
        {
            Some(parts) => Ok(Arc::new(Self::new(stock, right, parts))),
            None => Ok(stock),
        }
    }

    /// `right` with the text keys cast from dictionaries, as the stock operator compares them.
    fn with_plain_keys(&self, right: &Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
        let [_, stock] = self.sides()?;
        let keys = self.parts.key_columns();
        restored_columns(right, stock, |column| keys.contains(&column))
    }

    /// Collects the build side.
    fn collect_build_side(
        &self,
        context: &Arc<TaskContext>,
    ) -> Result<impl Future<Output = Result<BuildOutcome>> + use<>> {
        let [left, _] = self.sides()?;
        let input = left.execute(0, Arc::clone(context))?;
        let reservation = MemoryConsumer::new("DenseJoinExec").register(context.memory_pool());
        let wanted = self.parts.wanted.clone();
        let kind = self.parts.kind;
        let partitions = self.right.output_partitioning().partition_count();
        let bounded = KeyBoundsFilter::new(&self.stock, &self.parts, context);
        let right = self.with_plain_keys(&self.right)?;
        let (stock, left) = (Arc::clone(&self.stock), Arc::clone(left));
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
            if let Some(filter) = filter.downcast_ref::<DynamicFilterPhysicalExpr>() {
                if let Some(condition) = keys.condition(&self.keys) {
                    filter.update(condition)?;
                }
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
        )?;
        match wanted.null_equality {
            NullEquality::NullEqualsNull => f.write_str(", NullsEqual: true"),
            NullEquality::NullEqualsNothing => Ok(()),
        }
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
        let left = self.stock.children().into_iter().take(1);
        left.chain([&self.right]).collect()
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
        match <[_; 2]>::try_from(children) {
            Ok([left, right]) => self.over(left, right, options.children_properties),
            Err(_) => internal_err!("a join has two sides"),
        }
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let recompute = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        self.replace_children(children, recompute)
    }

    /// The same join passing dictionaries through, for [`DictionaryColumns`].
    fn with_new_state(&self, state: Arc<dyn Any + Send + Sync>) -> Option<Arc<dyn ExecutionPlan>> {
        let DictionaryColumns(columns) = state.downcast_ref()?;
        // An error leaves the plan as it is.
        self.with_dictionaries(columns).ok().flatten()
    }

    fn reset_state(self: Arc<Self>) -> Result<Arc<dyn ExecutionPlan>> {
        let stock = Arc::clone(&self.stock).reset_state()?;
        let right = Arc::clone(&self.right);
        Ok(Arc::new(Self::new(stock, right, self.parts.clone())))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let build_side = self
            .build_side
            .get_or_start(|| self.collect_build_side(&context))?;
        let right = Arc::clone(&self.right);
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
