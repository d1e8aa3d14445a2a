//! The rows of an evaluation, in memory, or on disk where memory is tight.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::spill_file::SpillFile;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, SpillMetrics};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, SpillManager};
use futures::future::{ready, try_join_all};
use futures::{StreamExt, TryStreamExt, stream};

/// The rows of all partitions of an operator.
pub(super) struct MaterializedRows {
    partitions: Vec<PartitionRows>,
    spills: SpillManager,
}

/// Those of one partition, all in one place.
enum PartitionRows {
    InMemory {
        batches: Vec<RecordBatch>,
        /// Holds the memory as long as the rows are there.
        _reservation: MemoryReservation,
    },
    OnDisk(Option<Arc<dyn SpillFile>>),
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
        let mut tasks = vec![];
        for partition in 0..input.output_partitioning().partition_count() {
            let rows = input.execute(partition, Arc::clone(&context))?;
            let reservation = MemoryConsumer::new(format!("MaterializedExec[{partition}]"))
                .with_can_spill(true)
                .register(context.memory_pool());
            let collected = PartitionRows::collect(rows, spills.clone(), reservation);
            tasks.push(SpawnedTask::spawn(collected));
        }
        let joined = tasks.into_iter().map(|task| async {
            task.join_unwind()
                .await
                .map_err(|error| exec_datafusion_err!("a partition was not read: {error}"))?
        });
        Ok(Self {
            partitions: try_join_all(joined).await?,
            spills,
        })
    }

    /// All rows, partition by partition, under `schema`.
    pub(super) fn stream(self: Arc<Self>, schema: SchemaRef) -> SendableRecordBatchStream {
        let partitions = 0..self.partitions.len();
        let batches = stream::iter(partitions)
            .map(move |partition| self.partition(partition))
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

    fn partition(&self, partition: usize) -> Result<SendableRecordBatchStream> {
        let schema = Arc::clone(self.spills.schema());
        let batches = match &self.partitions[partition] {
            PartitionRows::InMemory { batches, .. } => batches.clone(),
            PartitionRows::OnDisk(Some(file)) => {
                return self.spills.read_spill_as_stream(Arc::clone(file), None);
            }
            PartitionRows::OnDisk(None) => vec![],
        };
        let batches = stream::iter(batches.into_iter().map(Ok));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }
}

impl PartitionRows {
    async fn collect(
        mut input: SendableRecordBatchStream,
        spills: SpillManager,
        reservation: MemoryReservation,
    ) -> Result<Self> {
        let mut batches = vec![];
        while let Some(batch) = input.try_next().await? {
            let size = batch.get_array_memory_size();
            batches.push(batch);
            if reservation.try_grow(size).is_err() {
                return Self::spill(batches, input, &spills, &reservation).await;
            }
        }
        Ok(Self::InMemory {
            batches,
            _reservation: reservation,
        })
    }

    /// Writes what is there, and all that comes, so that the rows stay in order.
    async fn spill(
        batches: Vec<RecordBatch>,
        mut input: SendableRecordBatchStream,
        spills: &SpillManager,
        reservation: &MemoryReservation,
    ) -> Result<Self> {
        let mut file = spills.create_in_progress_file("MaterializedExec")?;
        for batch in batches {
            file.append_batch(&batch)?;
        }
        reservation.free();
        while let Some(batch) = input.try_next().await? {
            file.append_batch(&batch)?;
        }
        Ok(Self::OnDisk(file.finish()?))
    }
}
