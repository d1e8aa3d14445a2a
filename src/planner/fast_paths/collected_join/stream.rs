//! The output of one partition.

use arrow::compute::BatchCoalescer;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::metrics::BaselineMetrics;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, stream};

/// Batches shorter than this fraction of a full batch are coalesced.
const SHORT: usize = 8;

/// Looks batches of the probe side up among the rows that were collected.
pub(in crate::planner::fast_paths) trait BatchProbe:
    Send + 'static
{
    /// A batch with its rows that are not given yet.
    type Probed: Send;

    /// The schema of the output.
    fn schema(&self) -> SchemaRef;

    /// Number of rows of an output batch, at most.
    fn most(&self) -> usize;

    /// Number of words of the bitmap of what has had a match; none where the join needs no such bitmap.
    fn words(&self) -> usize;

    /// Begins with a batch. What has a match may be added to the bitmap `met`.
    ///
    /// # Errors
    /// When a key cannot be evaluated.
    fn probed(&self, batch: RecordBatch, met: &mut [u64]) -> Result<Self::Probed>;

    /// The next output of a batch; `None` after the last one.
    ///
    /// # Errors
    /// When the columns cannot be built.
    fn next(&self, probed: &mut Self::Probed, met: &mut [u64]) -> Result<Option<RecordBatch>>;

    /// The build rows that are to be given when the last partition has ended, after one that has met these.
    fn rest(&self, met: &[u64]) -> Vec<u32>;

    /// Build rows, with NULL for the columns of the probe side.
    ///
    /// # Errors
    /// When the columns cannot be built.
    fn build_batch(&self, rows: Vec<u32>) -> Result<RecordBatch>;
}

/// The matches of one input.
pub(in crate::planner::fast_paths) struct CollectedJoinStream<P: BatchProbe> {
    input: SendableRecordBatchStream,
    is_done: bool,
    probe: P,
    probed: Option<P::Probed>,
    /// Bitmap of what has had a match.
    met: Vec<u64>,
    /// Build rows that are still to be given.
    rest: std::vec::IntoIter<u32>,
    short: BatchCoalescer,
    metrics: BaselineMetrics,
}

impl<P: BatchProbe> CollectedJoinStream<P> {
    pub(in crate::planner::fast_paths) fn new(
        input: SendableRecordBatchStream,
        probe: P,
        metrics: BaselineMetrics,
    ) -> Self {
        let most = probe.most();
        let short = BatchCoalescer::new(probe.schema(), most)
            .with_biggest_coalesce_batch_size(Some(most / SHORT));
        Self {
            input,
            is_done: false,
            met: vec![0; probe.words()],
            probe,
            probed: None,
            rest: vec![].into_iter(),
            short,
            metrics,
        }
    }

    pub(in crate::planner::fast_paths) fn stream(self) -> SendableRecordBatchStream {
        let schema = self.probe.schema();
        let batches = stream::try_unfold(self, |mut joined| async move {
            let batch = joined.next().await?;
            Ok(batch.map(|batch| (batch, joined)))
        });
        Box::pin(RecordBatchStreamAdapter::new(schema, batches))
    }

    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let elapsed = self.metrics.elapsed_compute().clone();
        loop {
            if let Some(batch) = self.short.next_completed_batch() {
                self.metrics.record_output(batch.num_rows());
                return Ok(Some(batch));
            }
            if let Some(probed) = &mut self.probed {
                // Many pairs may be looked at before one is given.
                tokio::task::consume_budget().await;
                let _timer = elapsed.timer();
                match self.probe.next(probed, &mut self.met)? {
                    // A batch without columns needs no coalescing.
                    Some(batch) if batch.num_columns() == 0 => {
                        self.metrics.record_output(batch.num_rows());
                        return Ok(Some(batch));
                    }
                    Some(batch) => self.short.push_batch(batch)?,
                    None => self.probed = None,
                }
                continue;
            }
            if self.rest.len() > 0 {
                let _timer = elapsed.timer();
                let rows = self.rest.by_ref().take(self.probe.most()).collect();
                let batch = self.probe.build_batch(rows)?;
                self.metrics.record_output(batch.num_rows());
                return Ok(Some(batch));
            }
            if self.is_done {
                return Ok(None);
            }
            match self.input.next().await {
                Some(batch) => {
                    let _timer = elapsed.timer();
                    self.probed = Some(self.probe.probed(batch?, &mut self.met)?);
                }
                None => {
                    self.is_done = true;
                    self.short.finish_buffered_batch()?;
                    let met = std::mem::take(&mut self.met);
                    self.rest = self.probe.rest(&met).into_iter();
                }
            }
        }
    }
}
