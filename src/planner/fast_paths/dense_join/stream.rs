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
use super::visited_keys::VisitedKeys;

/// Batches shorter than this fraction of a full batch are coalesced.
const SHORT: usize = 8;

/// The matches of one input.
pub(super) struct DenseJoinStream {
    input: SendableRecordBatchStream,
    is_done: bool,
    probe: DenseJoinProbe,
    ready: Arc<BuildOutcome>,
    matched: Option<ProbedBatch>,
    /// Bitmap of the keys that have had a match, where rows are given by them.
    met: Vec<u64>,
    /// Build rows that are still to be given.
    rest: std::vec::IntoIter<u32>,
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
        let met = match ready.as_ref() {
            BuildOutcome::Dense(build) if build.visited.is_some() => {
                vec![0; VisitedKeys::words(build.distinct)]
            }
            _ => vec![],
        };
        let short = BatchCoalescer::new(Arc::clone(&probe.schema), probe.most)
            .with_biggest_coalesce_batch_size(Some(probe.most / SHORT));
        Self {
            input,
            is_done: false,
            probe,
            ready,
            matched: None,
            met,
            rest: vec![].into_iter(),
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
            if self.rest.len() > 0 {
                let _timer = elapsed.timer();
                let batch = self.next_build_rows()?;
                self.metrics.record_output(batch.num_rows());
                return Ok(Some(batch));
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
                    let matched = self.probe.matched(batch?, build, &mut self.met)?;
                    self.matched = Some(matched);
                }
                None => {
                    self.is_done = true;
                    self.short.finish_buffered_batch()?;
                    self.end();
                }
            }
        }
    }

    /// Tells which keys have had a match. The last partition to end gives the rows of the build side.
    fn end(&mut self) {
        let BuildOutcome::Dense(build) = self.ready.as_ref() else {
            return;
        };
        let met = std::mem::take(&mut self.met);
        let all = build.visited.as_ref().and_then(|visited| visited.end(&met));
        if let Some(all) = all {
            self.rest = build.rows_of(self.probe.kind.build, all).into_iter();
        }
    }

    fn next_build_rows(&mut self) -> Result<RecordBatch> {
        let BuildOutcome::Dense(build) = self.ready.as_ref() else {
            return internal_err!("no build side");
        };
        let rows = self.rest.by_ref().take(self.probe.most).collect();
        self.probe.build_batch(rows, build)
    }

    fn next_output(&mut self) -> Result<Option<RecordBatch>> {
        match (self.ready.as_ref(), &mut self.matched) {
            (BuildOutcome::Dense(build), Some(matched)) => self.probe.next(matched, build),
            _ => Ok(None),
        }
    }
}
