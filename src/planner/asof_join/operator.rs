//! The join as a physical operator.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow::compute::{concat_batches, filter_record_batch, is_not_null, take};
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{JoinType, Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, Distribution, ExecutionPlan,
    ExecutionPlanProperties, InputDistributionRequirements, Partitioning, PlanProperties,
    ReplaceChildrenOptions,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::matching::{KEY_ORDER, SortedRightSide, TimeMatch};

/// An expression of each side.
#[derive(Debug, Clone)]
pub(super) struct JoinKeyPair {
    pub(super) left: Arc<dyn PhysicalExpr>,
    pub(super) right: Arc<dyn PhysicalExpr>,
}

/// Goes through both sides of each partition, sorted by keys and time. The right side of a partition is held
/// in memory.
#[derive(Debug, Clone)]
pub(super) struct AsOfJoinExec {
    sides: [Arc<dyn ExecutionPlan>; 2],
    keys: Vec<JoinKeyPair>,
    time: JoinKeyPair,
    matching: TimeMatch,
    join_type: JoinType,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl AsOfJoinExec {
    pub(super) fn new(
        sides: [Arc<dyn ExecutionPlan>; 2],
        keys: Vec<JoinKeyPair>,
        time: JoinKeyPair,
        matching: TimeMatch,
        join_type: JoinType,
    ) -> Self {
        let schema = schema(&sides, join_type);
        let partitions = sides[0].output_partitioning().partition_count();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Self {
            sides,
            keys,
            time,
            matching,
            join_type,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    /// The keys and, last, the time of the left or of the right side.
    fn exprs(&self, is_left: bool) -> Vec<Arc<dyn PhysicalExpr>> {
        let pairs = self.keys.iter().chain([&self.time]);
        let one = |pair: &JoinKeyPair| Arc::clone(if is_left { &pair.left } else { &pair.right });
        pairs.map(one).collect()
    }

    fn order(&self, is_left: bool) -> Option<OrderingRequirements> {
        let exprs = self.exprs(is_left);
        let last = exprs.len() - 1;
        let sorted = exprs.into_iter().enumerate().map(|(place, expr)| {
            let options = if place == last {
                self.matching.order()
            } else {
                KEY_ORDER
            };
            PhysicalSortExpr::new(expr, options)
        });
        LexOrdering::new(sorted).map(OrderingRequirements::from)
    }
}

/// The columns of both sides; those of the right one may be NULL in a LEFT JOIN.
fn schema(sides: &[Arc<dyn ExecutionPlan>; 2], join_type: JoinType) -> SchemaRef {
    let [left, right] = sides.each_ref().map(|side| side.schema());
    let right = right.fields().iter().map(|field| match join_type {
        JoinType::Left => Arc::new(field.as_ref().clone().with_nullable(true)),
        _ => Arc::clone(field),
    });
    let fields: Vec<_> = left.fields().iter().cloned().chain(right).collect();
    Arc::new(Schema::new_with_metadata(fields, left.metadata().clone()))
}

impl DisplayAs for AsOfJoinExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AsOfJoinExec: {}", self.join_type)?;
        for pair in &self.keys {
            write!(f, ", {} = {}", pair.left, pair.right)?;
        }
        let symbol = self.matching.symbol();
        write!(f, ", {} {symbol} {}", self.time.left, self.time.right)
    }
}

impl ExecutionPlan for AsOfJoinExec {
    fn name(&self) -> &'static str {
        "AsOfJoinExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.sides.iter().collect()
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for expr in self.exprs(true).iter().chain(&self.exprs(false)) {
            if visit(expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        if self.keys.is_empty() {
            return InputDistributionRequirements::new(vec![Distribution::SinglePartition; 2]);
        }
        let of_side = |is_left: bool| {
            let mut exprs = self.exprs(is_left);
            exprs.truncate(self.keys.len());
            Distribution::KeyPartitioned(exprs)
        };
        InputDistributionRequirements::co_partitioned(vec![of_side(true), of_side(false)])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.order(true), self.order(false)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true, false]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Ok(sides) = <[_; 2]>::try_from(children) else {
            return internal_err!("AsOfJoinExec has two children");
        };
        let this = self.as_ref().clone();
        Ok(Arc::new(Self::new(
            sides,
            this.keys,
            this.time,
            this.matching,
            this.join_type,
        )))
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
        let [left, right] = &self.sides;
        let consumer = MemoryConsumer::new(format!("AsOfJoinExec[{partition}]"));
        let joined = JoinedPartition {
            left: left.execute(partition, Arc::clone(&context))?,
            right: Some(right.execute(partition, Arc::clone(&context))?),
            sorted: None,
            reservation: consumer.register(context.memory_pool()),
            metrics: BaselineMetrics::new(&self.metrics, partition),
            operator: self.clone(),
        };
        let batches = stream::try_unfold(joined, |mut joined| async move {
            let batch = joined.next().await?;
            Ok(batch.map(|batch| (batch, joined)))
        });
        let schema = Arc::clone(self.properties.eq_properties.schema());
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// The join of one partition while it runs.
struct JoinedPartition {
    left: SendableRecordBatchStream,
    /// `None` once it is read.
    right: Option<SendableRecordBatchStream>,
    sorted: Option<SortedRightSide>,
    reservation: MemoryReservation,
    metrics: BaselineMetrics,
    operator: AsOfJoinExec,
}

impl JoinedPartition {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(right) = self.right.take() {
            self.sorted = Some(self.collect(right).await?);
        }
        while let Some(batch) = self.left.next().await.transpose()? {
            let joined = self.joined(&batch)?;
            if joined.num_rows() > 0 {
                self.metrics.record_output(joined.num_rows());
                return Ok(Some(joined));
            }
        }
        Ok(None)
    }

    async fn collect(&mut self, mut right: SendableRecordBatchStream) -> Result<SortedRightSide> {
        let mut batches = Vec::new();
        while let Some(batch) = right.try_next().await? {
            // Twice: the rows to compare, and the rows themselves once more while they are put together.
            self.reservation
                .try_grow(2 * batch.get_array_memory_size())?;
            batches.push(batch);
        }
        let timer = self.metrics.elapsed_compute().timer();
        let batch = concat_batches(&right.schema(), &batches)?;
        let columns = evaluated(&self.operator.exprs(false), &batch)?;
        let sorted = SortedRightSide::try_new(&batch, &columns, self.operator.matching);
        timer.done();
        sorted
    }

    fn joined(&mut self, left: &RecordBatch) -> Result<RecordBatch> {
        let _timer = self.metrics.elapsed_compute().timer();
        let Some(sorted) = &mut self.sorted else {
            return internal_err!("the right side comes first");
        };
        let columns = evaluated(&self.operator.exprs(true), left)?;
        let matches = sorted.matches(&columns)?;
        let (left, matches) = match self.operator.join_type {
            JoinType::Left => (left.clone(), matches),
            _ => matched(left, &matches)?,
        };
        let mut columns = left.columns().to_vec();
        for column in sorted.batch.columns() {
            columns.push(take(column, &matches, None)?);
        }
        let rows = RecordBatchOptions::new().with_row_count(Some(left.num_rows()));
        let schema = Arc::clone(self.operator.properties.eq_properties.schema());
        Ok(RecordBatch::try_new_with_options(schema, columns, &rows)?)
    }
}

/// The left rows that have a right one.
fn matched(left: &RecordBatch, matches: &UInt64Array) -> Result<(RecordBatch, UInt64Array)> {
    let is_matched = is_not_null(matches)?;
    let found: UInt64Array = matches.iter().flatten().collect();
    Ok((filter_record_batch(left, &is_matched)?, found))
}

fn evaluated(exprs: &[Arc<dyn PhysicalExpr>], batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
    let one = |expr: &Arc<dyn PhysicalExpr>| expr.evaluate(batch)?.into_array(batch.num_rows());
    exprs.iter().map(one).collect()
}
