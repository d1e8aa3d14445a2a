//! The rows of an evaluation.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, SpillMetrics};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, SpillManager};
use futures::future::ready;
use futures::{StreamExt, TryStreamExt, stream};

use crate::runtime::{BufferedRows, each_partition};

/// The rows of all partitions of an operator.
pub(super) struct MaterializedRows {
    partitions: Vec<BufferedRows>,
}

impl MaterializedRows {
    /// Reads all partitions of `input`, side by side.
    pub(super) async fn collect(
        input: Arc<dyn ExecutionPlan>,
        context: Arc<TaskContext>,
        metrics: ExecutionPlanMetricsSet,
    ) -> Result<Self> {
        let spill_metrics = SpillMetrics::new(&metrics, 0);
        let spills = SpillManager::new(context.runtime_env(), spill_metrics, input.schema());
        let partitions = each_partition(&input, &context, |rows, context| {
            let spills = spills.clone();
            async move { BufferedRows::collect(rows, "MaterializedExec", spills, &context).await }
        });
        Ok(Self {
            partitions: partitions.await?,
        })
    }

    /// All rows, partition by partition, under `schema`.
    pub(super) fn stream(self: Arc<Self>, schema: SchemaRef) -> SendableRecordBatchStream {
        let partitions = 0..self.partitions.len();
        let batches = stream::iter(partitions)
            .map(move |partition| self.partitions[partition].stream())
            .try_flatten();
        // Copies in subqueries may have other names of columns.
        let names = Arc::clone(&schema);
        let named = batches.and_then(move |batch| {
            let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            let columns = batch.columns().to_vec();
            let named = RecordBatch::try_new_with_options(Arc::clone(&names), columns, &rows);
            ready(named.map_err(Into::into))
        });
        Box::pin(RecordBatchStreamAdapter::new(schema, named))
    }
}
