//! Rows that an operator keeps until it knows more, in memory, or on disk where memory is tight.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::spill_file::SpillFile;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, SpillManager};
use futures::future::try_join_all;
use futures::{Stream, StreamExt, TryStreamExt, stream};

/// The rows of one stream, in their order and all in one place.
pub(crate) struct BufferedRows {
    place: RowsPlace,
    spills: SpillManager,
}

enum RowsPlace {
    InMemory {
        batches: Vec<RecordBatch>,
        /// Holds the memory as long as the rows are there.
        reservation: MemoryReservation,
    },
    /// `None` without rows.
    OnDisk(Option<Arc<dyn SpillFile>>),
}

impl BufferedRows {
    /// Reads `input` to its end. Memory is reserved, and files are written, in the name of `consumer`.
    ///
    /// # Errors
    /// Those of `input`, and when a file cannot be written.
    pub(crate) async fn collect(
        mut input: impl Stream<Item = Result<RecordBatch>> + Unpin,
        consumer: &str,
        spills: SpillManager,
        context: &TaskContext,
    ) -> Result<Self> {
        let reservation = MemoryConsumer::new(consumer)
            .with_can_spill(true)
            .register(context.memory_pool());
        let mut batches = vec![];
        while let Some(batch) = input.try_next().await? {
            let size = batch.get_array_memory_size();
            batches.push(batch);
            if reservation.try_grow(size).is_err() {
                drop(reservation);
                let place = spilled(batches, input, consumer, &spills).await?;
                return Ok(Self { place, spills });
            }
        }
        let place = RowsPlace::InMemory {
            batches,
            reservation,
        };
        Ok(Self { place, spills })
    }

    /// The rows, which stay for others.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn stream(&self) -> Result<SendableRecordBatchStream> {
        let batches = match &self.place {
            RowsPlace::InMemory { batches, .. } => batches.clone(),
            RowsPlace::OnDisk(Some(file)) => {
                return self.spills.read_spill_as_stream(Arc::clone(file), None);
            }
            RowsPlace::OnDisk(None) => vec![],
        };
        let schema = Arc::clone(self.spills.schema());
        let batches = stream::iter(batches.into_iter().map(Ok));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    /// The rows for the last time: each batch leaves its memory to others as it goes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn into_stream(self) -> Result<SendableRecordBatchStream> {
        let RowsPlace::InMemory {
            batches,
            reservation,
        } = self.place
        else {
            return self.stream();
        };
        let schema = Arc::clone(self.spills.schema());
        let batches = stream::iter(batches).map(move |batch| {
            reservation.shrink(batch.get_array_memory_size());
            Ok(batch)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }
}

/// What `read` gives for each partition of `input`, all read side by side. None of them waits for another, which could
/// wait for ever.
///
/// # Errors
/// Those of the partitions, and of `read`.
pub(crate) async fn each_partition<T, F>(
    input: &Arc<dyn ExecutionPlan>,
    context: &Arc<TaskContext>,
    read: impl Fn(SendableRecordBatchStream, Arc<TaskContext>) -> F,
) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let mut tasks = vec![];
    for partition in 0..input.output_partitioning().partition_count() {
        let rows = input.execute(partition, Arc::clone(context))?;
        tasks.push(SpawnedTask::spawn(read(rows, Arc::clone(context))));
    }
    let joined = tasks.into_iter().map(|task| async {
        let ended = task.join_unwind().await;
        ended.map_err(|error| exec_datafusion_err!("a partition was not read: {error}"))?
    });
    try_join_all(joined).await
}

/// Writes what is there, and all that comes, so that the rows stay in order.
async fn spilled(
    batches: Vec<RecordBatch>,
    mut input: impl Stream<Item = Result<RecordBatch>> + Unpin,
    consumer: &str,
    spills: &SpillManager,
) -> Result<RowsPlace> {
    let mut file = spills.create_in_progress_file(consumer)?;
    for batch in batches {
        file.append_batch(&batch)?;
    }
    while let Some(batch) = input.try_next().await? {
        file.append_batch(&batch)?;
    }
    Ok(RowsPlace::OnDisk(file.finish()?))
}
