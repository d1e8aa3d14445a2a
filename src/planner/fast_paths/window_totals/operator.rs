//! The operator that replaces the window.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, ScalarValue, Statistics, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{CardinalityEffect, EmissionType};
use datafusion::physical_plan::metrics::{
    BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet, SpillMetrics,
};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    PlanProperties, ReplaceChildrenOptions, SpillManager,
};
use futures::{StreamExt, TryStreamExt};

use super::totals::{PartialTotals, TotalCall, values};
use crate::runtime::{BufferedRows, SharedOnce, each_partition};

/// The rows of the input, each with the values of aggregates over all of them.
#[derive(Debug, Clone)]
pub(super) struct WindowTotalsExec {
    calls: Arc<[TotalCall]>,
    input: Arc<dyn ExecutionPlan>,
    schema: SchemaRef,
    totals: Arc<SharedOnce<TotalsAndRows>>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

/// What one execution knows when all rows were read.
struct TotalsAndRows {
    values: Vec<ScalarValue>,
    /// Those of each partition, until it sends them on.
    rows: Vec<Mutex<Option<BufferedRows>>>,
}

impl WindowTotalsExec {
    pub(super) fn new(
        calls: Vec<TotalCall>,
        input: Arc<dyn ExecutionPlan>,
        schema: SchemaRef,
    ) -> Self {
        let calls = Arc::from(calls);
        let properties = properties(&input, &schema);
        Self {
            calls,
            input,
            schema,
            totals: Arc::default(),
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

/// Those of the input: its columns come first, and its rows stay in their order and partition.
fn properties(input: &Arc<dyn ExecutionPlan>, schema: &SchemaRef) -> PlanProperties {
    let orderings = input.equivalence_properties().oeq_class().iter().cloned();
    PlanProperties::new(
        EquivalenceProperties::new_with_orderings(Arc::clone(schema), orderings),
        input.output_partitioning().clone(),
        EmissionType::Final,
        input.boundedness(),
    )
}

impl DisplayAs for WindowTotalsExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls: Vec<_> = self.calls.iter().map(TotalCall::name).collect();
        write!(f, "WindowTotalsExec: [{}]", calls.join(", "))
    }
}

impl ExecutionPlan for WindowTotalsExec {
    fn name(&self) -> &'static str {
        "WindowTotalsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for argument in self.calls.iter().flat_map(TotalCall::arguments) {
            if f(argument)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.into_iter().next() else {
            return internal_err!("WindowTotalsExec has one child");
        };
        // Rows and totals belong to one execution.
        Ok(Arc::new(Self {
            calls: Arc::clone(&self.calls),
            schema: Arc::clone(&self.schema),
            totals: Arc::default(),
            properties: Arc::new(properties(&input, &self.schema)),
            metrics: ExecutionPlanMetricsSet::new(),
            input,
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
        let (calls, input) = (Arc::clone(&self.calls), Arc::clone(&self.input));
        let spills = SpillMetrics::new(&self.metrics, partition);
        let totals = self
            .totals
            .get_or_start(|| Ok(read(calls, input, context, spills)))?;
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let schema = Arc::clone(&self.schema);
        let batches = async move { rows_with_totals(&*totals.await?, partition, schema, metrics) };
        let schema = Arc::clone(&self.schema);
        let batches = futures::stream::once(batches).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(
        &self,
        input: &[Arc<Statistics>],
        _: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = input[0].num_rows;
        for (column, known) in statistics
            .column_statistics
            .iter_mut()
            .zip(&input[0].column_statistics)
        {
            *column = known.clone();
        }
        Ok(Arc::new(statistics))
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}

/// Reads all partitions side by side. Whichever partition is asked first does so for all: one that waited for the
/// others to be asked might wait for ever.
async fn read(
    calls: Arc<[TotalCall]>,
    input: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    metrics: SpillMetrics,
) -> Result<TotalsAndRows> {
    let spills = SpillManager::new(context.runtime_env(), metrics, input.schema());
    let read = each_partition(&input, &context, |rows, context| {
        let (calls, spills) = (Arc::clone(&calls), spills.clone());
        async move { read_partition(&calls, rows, spills, &context).await }
    });
    let (partials, rows): (Vec<_>, Vec<_>) = read.await?.into_iter().unzip();
    Ok(TotalsAndRows {
        values: values(partials)?,
        rows: rows
            .into_iter()
            .map(|rows| Mutex::new(Some(rows)))
            .collect(),
    })
}

async fn read_partition(
    calls: &[TotalCall],
    input: SendableRecordBatchStream,
    spills: SpillManager,
    context: &TaskContext,
) -> Result<(PartialTotals, BufferedRows)> {
    let mut totals = PartialTotals::new(calls)?;
    let counted = input.map(|batch| {
        let batch = batch?;
        totals.update(calls, &batch)?;
        Ok(batch)
    });
    let rows = BufferedRows::collect(pin!(counted), "WindowTotalsExec", spills, context).await?;
    Ok((totals, rows))
}

/// The rows of a partition with the totals beside them.
fn rows_with_totals(
    totals: &TotalsAndRows,
    partition: usize,
    schema: SchemaRef,
    metrics: BaselineMetrics,
) -> Result<impl futures::Stream<Item = Result<RecordBatch>> + use<>> {
    let rows = &totals.rows[partition];
    let Some(rows) = rows.lock().unwrap_or_else(PoisonError::into_inner).take() else {
        return internal_err!("a partition of WindowTotalsExec was asked for twice");
    };
    let values = totals.values.clone();
    Ok(rows.into_stream()?.map(move |batch| {
        let batch = batch?;
        let mut columns = batch.columns().to_vec();
        for value in &values {
            columns.push(value.to_array_of_size(batch.num_rows())?);
        }
        metrics.record_output(batch.num_rows());
        Ok(RecordBatch::try_new(Arc::clone(&schema), columns)?)
    }))
}
