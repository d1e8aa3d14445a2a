//! The second pass: the required columns with the answers appended.

use std::sync::Arc;

use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::metrics::BaselineMetrics;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{Future, StreamExt, TryStreamExt};

use super::answers::RepeatContactAnswers;
use super::output::RepeatContactOutput;

/// Waits for the answers, then streams `input`, the second read of the range `range`.
pub(super) fn attach(
    answers: impl Future<Output = Result<Arc<RepeatContactAnswers>>> + Send + 'static,
    input: SendableRecordBatchStream,
    output: RepeatContactOutput,
    range: usize,
    metrics: BaselineMetrics,
) -> SendableRecordBatchStream {
    let schema = Arc::clone(&output.schema);
    let batches = futures::stream::once(async move {
        let answers = answers.await?;
        Ok::<_, DataFusionError>(beside(answers, input, output, range, metrics))
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches.try_flatten()))
}

fn beside(
    answers: Arc<RepeatContactAnswers>,
    input: SendableRecordBatchStream,
    output: RepeatContactOutput,
    range: usize,
    metrics: BaselineMetrics,
) -> impl futures::Stream<Item = Result<arrow::array::RecordBatch>> {
    let state = Some((answers, input, output, metrics, 0));
    futures::stream::try_unfold(state, move |state| async move {
        let Some((answers, mut input, output, metrics, offset)) = state else {
            return Ok(None);
        };
        let expected = answers.ranges[range].rows;
        let Some(batch) = input.next().await.transpose()? else {
            metrics.done();
            return if offset == expected {
                Ok(None)
            } else {
                Err(changed(offset as u64, expected as u64))
            };
        };
        let end = offset + batch.num_rows();
        if end > expected {
            return Err(changed(end as u64, expected as u64));
        }
        let timer = metrics.elapsed_compute().timer();
        let batch = output.batch(&batch, &answers, range, offset)?;
        timer.done();
        metrics.record_output(batch.num_rows());
        Ok(Some((batch, Some((answers, input, output, metrics, end)))))
    })
}

/// The passes read different rows, so some file has changed.
pub(super) fn changed(rows: u64, expected: u64) -> DataFusionError {
    exec_datafusion_err!(
        "a file changed while it was read: {rows} rows where there were {expected}; run the query \
         again"
    )
}
