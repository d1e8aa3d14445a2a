//! The output of one partition.

use std::sync::Arc;

use arrow::compute::BatchCoalescer;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, internal_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::metrics::BaselineMetrics;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, stream};

use super::build_outcome::BuildOutcome;
use super::probe::{DenseJoinProbe, ProbedBatch};

/// Batches shorter than this fraction of a full batch are coalesced.
const SHORT: usize = 8;

/// The matches of one input.
pub(super) struct DenseJoinStream {
    input: SendableRecordBatchStream,
    is_done: bool,
    probe: DenseJoinProbe,
    ready: Arc<BuildOutcome>,
    matched: Option<ProbedBatch>,
    short: BatchCoalescer,
    metrics: BaselineMetrics,
}

impl DenseJoinStream {
    pub(super) fn new(
        input: SendableRecordBatchStream,
        probe: DenseJoinProbe,
        ready: Arc<BuildOutcome>,
        metrics: BaselineMetrics,
    ) -> Self {
        let short = BatchCoalescer::new(Arc::clone(&probe.schema), probe.most)
            .with_biggest_coalesce_batch_size(Some(probe.most / SHORT));
        Self {
            input,
            is_done: false,
            probe,
            ready,
            matched: None,
            short,
            metrics,
        }
    }

    pub(super) fn stream(self) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.probe.schema);
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
            if self.matched.is_some() {
                let _timer = elapsed.timer();
                match self.next_output()? {
                    // A batch without columns needs no coalescing.
                    Some(batch) if batch.num_columns() == 0 => {
                        self.metrics.record_output(batch.num_rows());
                        return Ok(Some(batch));
                    }
                    Some(batch) => self.short.push_batch(batch)?,
                    None => self.matched = None,
                }
                continue;
            }
            if self.is_done {
                return Ok(None);
            }
            match self.input.next().await {
                Some(batch) => {
                    let _timer = elapsed.timer();
                    let BuildOutcome::Dense(build) = self.ready.as_ref() else {
                        return internal_err!("nothing to probe");
                    };
                    self.matched = Some(self.probe.matched(batch?, build)?);
                }
                None => {
                    self.is_done = true;
                    self.short.finish_buffered_batch()?;
                }
            }
        }
    }

    fn next_output(&mut self) -> Result<Option<RecordBatch>> {
        match (self.ready.as_ref(), &mut self.matched) {
            (BuildOutcome::Dense(build), Some(matched)) => self.probe.next(matched, build),
            _ => Ok(None),
        }
    }
}
