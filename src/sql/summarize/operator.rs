//! The operator that gathers all columns in one pass, partition by partition at once.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Float64Builder, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::SchemaRef;
use datafusion::common::runtime::JoinSet;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, internal_err};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PlanProperties,
};
use futures::TryStreamExt;

use super::column::{ColumnSummary, SummaryRow};
use crate::sql_type;

/// Reads all partitions of its input and gives one row for each column.
#[derive(Debug)]
pub(super) struct SummaryExec {
    /// Planned for itself: the optimizer has seen it already, so it is no child.
    input: Arc<dyn ExecutionPlan>,
    names: Vec<String>,
    properties: Arc<PlanProperties>,
}

impl SummaryExec {
    pub(super) fn new(
        input: Arc<dyn ExecutionPlan>,
        names: Vec<String>,
        schema: SchemaRef,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self {
            input,
            names,
            properties: Arc::new(properties),
        }
    }
}

impl DisplayAs for SummaryExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SummaryExec: columns={}", self.names.len())
    }
}

impl ExecutionPlan for SummaryExec {
    fn name(&self) -> &'static str {
        "SummaryExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !children.is_empty() {
            return internal_err!("SummaryExec has no children");
        }
        Ok(self)
    }

    fn execute(
        &self,
        _partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let schema = self.schema();
        let (input, names) = (Arc::clone(&self.input), self.names.clone());
        let types = Arc::clone(&schema);
        let rows = futures::stream::once(async move {
            let summaries = gather(&input, &context).await?;
            let described = input.schema();
            let rows = names.iter().zip(described.fields()).zip(summaries);
            let rows = rows.map(|((name, field), summary)| {
                let row = summary.finish()?;
                Ok((name.clone(), sql_type::name(field.data_type()), row))
            });
            batch(types, rows.collect::<Result<_>>()?)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}

/// Reads the partitions at once, each into summaries of its own, and merges these.
async fn gather(
    input: &Arc<dyn ExecutionPlan>,
    context: &Arc<TaskContext>,
) -> Result<Vec<ColumnSummary>> {
    let mut tasks = JoinSet::new();
    for partition in 0..input.output_partitioning().partition_count() {
        let mut rows = input.execute(partition, Arc::clone(context))?;
        tasks.spawn(async move {
            let mut summaries = new_summaries(&rows.schema())?;
            while let Some(batch) = rows.try_next().await? {
                for (summary, column) in summaries.iter_mut().zip(batch.columns()) {
                    summary.update(column)?;
                }
            }
            Ok::<_, DataFusionError>(summaries)
        });
    }
    let mut all = new_summaries(&input.schema())?;
    while let Some(part) = tasks.join_next().await {
        let part = part.map_err(|error| DataFusionError::ExecutionJoin(Box::new(error)))??;
        for (mine, theirs) in all.iter_mut().zip(part) {
            mine.merge(theirs)?;
        }
    }
    Ok(all)
}

fn new_summaries(schema: &SchemaRef) -> Result<Vec<ColumnSummary>> {
    let types = schema.fields().iter().map(|field| field.data_type());
    types.map(ColumnSummary::new).collect()
}

fn batch(schema: SchemaRef, rows: Vec<(String, String, SummaryRow)>) -> Result<RecordBatch> {
    let mut texts: [StringBuilder; 7] = std::array::from_fn(|_| StringBuilder::new());
    let mut counts: [Int64Builder; 2] = std::array::from_fn(|_| Int64Builder::new());
    let mut numbers: [Float64Builder; 3] = std::array::from_fn(|_| Float64Builder::new());
    for (name, type_name, row) in rows {
        let [q25, q50, q75] = row.quartiles;
        let values = [
            Some(name),
            Some(type_name),
            row.least,
            row.most,
            q25,
            q50,
            q75,
        ];
        for (builder, value) in texts.iter_mut().zip(values) {
            builder.append_option(value);
        }
        for (builder, value) in counts.iter_mut().zip([row.distinct, Some(row.rows)]) {
            builder.append_option(value);
        }
        let values = [row.mean, row.deviation, row.null_percentage];
        for (builder, value) in numbers.iter_mut().zip(values) {
            builder.append_option(value);
        }
    }
    let [name, type_name, least, most, q25, q50, q75] = texts.map(|mut builder| builder.finish());
    let [distinct, count] = counts.map(|mut builder| builder.finish());
    let [mean, deviation, nulls] = numbers.map(|mut builder| builder.finish());
    Ok(RecordBatch::try_new(
        schema,
        vec![
            Arc::new(name),
            Arc::new(type_name),
            Arc::new(least),
            Arc::new(most),
            Arc::new(distinct),
            Arc::new(mean),
            Arc::new(deviation),
            Arc::new(q25),
            Arc::new(q50),
            Arc::new(q75),
            Arc::new(count),
            Arc::new(nulls),
        ],
    )?)
}
