//! The join as a physical operator.

use std::fmt;
use std::sync::{Arc, Mutex};

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, Partitioning};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, reset_plan_states};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, EmptyRecordBatchStream, ExecutionPlan, ExecutionPlanProperties,
    PhysicalExpr, PlanProperties, ReplaceChildrenOptions,
};
use futures::TryStreamExt;
use futures::future::{BoxFuture, FutureExt, Shared, TryFutureExt};

use super::probe::{Probe, Shown};
use super::side::{Found, Side};
use crate::planner::fast_paths::dictionary_scan::dictionary_type;

/// An inner join of one side with the greatest or least text of each integer key of another.
#[derive(Debug)]
pub(crate) struct TextByKeyExec {
    parts: Parts,
    /// What the side of the texts is read from.
    source: Arc<dyn ExecutionPlan>,
    /// The other side.
    other: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
    /// The texts, which all partitions wait for.
    reading: Mutex<Option<Shared<Finding>>>,
    metrics: ExecutionPlanMetricsSet,
}

/// What the join is about.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    /// What this stands for, with children of its own.
    pub(super) stock: Arc<dyn ExecutionPlan>,
    pub(super) side: Side,
    /// Over the other side.
    pub(super) key: Arc<dyn PhysicalExpr>,
    pub(super) shown: Vec<Shown>,
    pub(super) schema: SchemaRef,
}

type Finding = BoxFuture<'static, Result<Ready, Arc<DataFusionError>>>;

/// How the other side is gone through.
#[derive(Clone)]
enum Ready {
    Found(Arc<Found>),
    Stock(Arc<dyn ExecutionPlan>),
}

impl TextByKeyExec {
    pub(super) fn new(
        parts: Parts,
        source: Arc<dyn ExecutionPlan>,
        other: Arc<dyn ExecutionPlan>,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&parts.schema)),
            Partitioning::UnknownPartitioning(other.output_partitioning().partition_count()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Self {
            parts,
            source,
            other,
            properties: Arc::new(properties),
            reading: Mutex::default(),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    /// The same with the text as a dictionary, when it is among the output `columns`.
    pub(crate) fn with_dictionaries(&self, columns: &[usize]) -> Option<Self> {
        let is_text = |column: &usize| matches!(self.parts.shown.get(*column), Some(Shown::Text));
        let mut fields = self.parts.schema.fields().to_vec();
        for &column in columns.iter().filter(|column| is_text(column)) {
            let field = fields[column].as_ref().clone();
            fields[column] = Arc::new(field.with_data_type(dictionary_type()));
        }
        let mut parts = self.parts.clone();
        parts.schema = Arc::new(Schema::new(fields));
        let is_other = parts.schema != self.parts.schema;
        is_other.then(|| Self::new(parts, Arc::clone(&self.source), Arc::clone(&self.other)))
    }

    /// What all partitions wait for, which is started by the first.
    fn finding(&self, context: &Arc<TaskContext>) -> Result<Shared<Finding>> {
        let Ok(mut reading) = self.reading.lock() else {
            return internal_err!("another partition of the join has failed");
        };
        if let Some(started) = reading.as_ref() {
            return Ok(started.clone());
        }
        let (side, stock) = (self.parts.side.clone(), Arc::clone(&self.parts.stock));
        let (source, context) = (Arc::clone(&self.source), Arc::clone(context));
        let work = async move {
            Ok(match side.read(&source, &context).await? {
                Some(found) => Ready::Found(Arc::new(found)),
                None => {
                    let stock = reset_plan_states(stock)?;
                    Ready::Stock(Arc::new(CoalescePartitionsExec::new(stock)))
                }
            })
        };
        let shared = work.map_err(Arc::new).boxed().shared();
        Ok(reading.insert(shared).clone())
    }
}

impl DisplayAs for TextByKeyExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { side, key, .. } = &self.parts;
        let which = match side.reading.least {
            true => "min",
            false => "max",
        };
        let text = match &side.reading.meaning {
            Some((meaning, _)) => meaning,
            None => side.reading.coded.expression(),
        };
        write!(
            f,
            "TextByKeyExec: on=[({}, {key})], text={which}({text})",
            side.key
        )?;
        let conditions: Vec<String> = side.conditions.iter().map(ToString::to_string).collect();
        match conditions.is_empty() {
            true => Ok(()),
            false => write!(f, ", filter={}", conditions.join(" AND ")),
        }
    }
}

impl ExecutionPlan for TextByKeyExec {
    fn name(&self) -> &'static str {
        "TextByKeyExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.source, &self.other]
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let Parts { side, key, .. } = &self.parts;
        for expression in side.conditions.iter().chain([&side.key, key]) {
            if visit(expression)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match <[_; 2]>::try_from(children) {
            Ok([source, other]) => Ok(Arc::new(Self::new(self.parts.clone(), source, other))),
            Err(_) => internal_err!("TextByKeyExec takes two children"),
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
        let finding = self.finding(&context)?;
        let Parts { key, shown, .. } = self.parts.clone();
        let (schema, other) = (self.schema(), Arc::clone(&self.other));
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let output = async move {
            let found = match finding.await.map_err(DataFusionError::Shared)? {
                Ready::Found(found) => found,
                Ready::Stock(stock) if partition == 0 => return restored(&stock, schema, context),
                Ready::Stock(_) => {
                    return Ok(Box::pin(EmptyRecordBatchStream::new(schema)) as _);
                }
            };
            let probe = Probe::new(key, shown, Arc::clone(&schema), found);
            let input = other.execute(partition, context)?;
            let joined = input.try_filter_map(move |batch| {
                let elapsed = metrics.elapsed_compute().clone();
                let _timer = elapsed.timer();
                let joined = probe.joined(&batch).map(|joined| {
                    metrics.record_output(joined.num_rows());
                    Some(joined).filter(|joined| joined.num_rows() > 0)
                });
                futures::future::ready(joined)
            });
            let stream = RecordBatchStreamAdapter::new(schema, joined);
            Ok(Box::pin(stream) as SendableRecordBatchStream)
        };
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            output.try_flatten_stream(),
        )))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// The rows of `stock`, whose text is no dictionary, in `schema`.
fn restored(
    stock: &Arc<dyn ExecutionPlan>,
    schema: SchemaRef,
    context: Arc<TaskContext>,
) -> Result<SendableRecordBatchStream> {
    let rows = stock.execute(0, context)?;
    let to = Arc::clone(&schema);
    let rows = rows.and_then(move |batch| {
        let columns = batch.columns().iter().zip(to.fields());
        let columns =
            columns.map(|(column, field)| arrow::compute::cast(column, field.data_type()));
        let columns = columns.collect::<Result<Vec<_>, _>>();
        let options =
            arrow::record_batch::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let to = Arc::clone(&to);
        futures::future::ready(columns.map_err(DataFusionError::from).and_then(|columns| {
            Ok(arrow::record_batch::RecordBatch::try_new_with_options(
                to, columns, &options,
            )?)
        }))
    });
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
}
