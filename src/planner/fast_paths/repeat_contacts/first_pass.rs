//! The first pass: one answer a row from who and when.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::metrics::Count;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::StreamExt;

use super::answers::{Answers, Tie};
use super::contact_query::Request;
use super::range::Range;
use super::row_answers::Marks;
use super::{range_boundaries, ties, unordered};

/// What the pass reads, and for what.
#[derive(Debug, Clone)]
pub(super) struct FirstPass {
    pub(super) request: Arc<Request>,
    /// Who and when: the keys, then the instant.
    pub(super) contacts: Arc<dyn ExecutionPlan>,
    /// The further keys of ORDER BY of the same rows.
    pub(super) ties: Option<Arc<dyn ExecutionPlan>>,
}

impl FirstPass {
    /// Reads the contacts, in time order if they are, and counts in `sorted` those that had to be
    /// sorted.
    ///
    /// # Errors
    /// When reading fails, the memory limit leaves no room, or a deadline lies past the range of
    /// timestamps.
    pub(super) async fn run(&self, context: &Arc<TaskContext>, sorted: &Count) -> Result<Answers> {
        let memory = MemoryConsumer::new("RepeatContactsExec").register(context.memory_pool());
        match self.in_order(context, &memory).await? {
            Some(answers) => Ok(answers),
            None => unordered::run(self, context, memory, sorted).await,
        }
    }

    async fn in_order(
        &self,
        context: &Arc<TaskContext>,
        memory: &MemoryReservation,
    ) -> Result<Option<Answers>> {
        let goes_on = Arc::new(AtomicBool::new(true));
        let mut tasks = vec![];
        for partition in 0..self.contacts.output_partitioning().partition_count() {
            let stream = self.contacts.execute(partition, Arc::clone(context))?;
            let range = Range::new(&self.request, partition == 0)?;
            let read = read(range, stream, memory.new_empty(), Arc::clone(&goes_on));
            tasks.push(SpawnedTask::spawn(read));
        }
        let (mut ranges, mut held) = (vec![], vec![]);
        for task in tasks {
            let joined = task.join_unwind().await.map_err(join_failed)?;
            // Dropping the other tasks stops them.
            let Some((range, memory)) = joined? else {
                return Ok(None);
            };
            ranges.push(range);
            held.push(memory);
        }
        if !range_boundaries::are_in_order(&ranges) {
            return Ok(None);
        }
        let found = range_boundaries::join(&mut ranges)?;
        let mut marks: Vec<_> = ranges.iter_mut().map(Range::marks).collect();
        self.break_ties(found, &mut marks, context, memory).await?;
        let newest = ranges.iter().filter_map(|range| range.span).next_back();
        let newest = newest.map(|(_, newest)| newest);
        let ranges = ranges
            .into_iter()
            .map(|range| range.settle(newest))
            .collect();
        drop(held);
        let memory = memory.new_empty();
        Answers::new(ranges, newest, &self.request.instant, memory).map(Some)
    }

    /// Gives the answer of the last of some contacts at the same instant to the one that ORDER BY
    /// says is last.
    ///
    /// # Errors
    /// When reading fails or the memory limit leaves no room.
    pub(super) async fn break_ties(
        &self,
        found: Vec<Tie>,
        marks: &mut [Vec<&mut Marks>],
        context: &Arc<TaskContext>,
        memory: &MemoryReservation,
    ) -> Result<()> {
        match &self.ties {
            Some(plan) if !found.is_empty() => {
                let memory = memory.new_empty();
                ties::settle(found, marks, &self.request, plan, context, &memory).await
            }
            _ => Ok(()),
        }
    }
}

/// Reads a range to its end, or to a row that is out of order in this range or any other.
async fn read(
    mut range: Range,
    mut stream: SendableRecordBatchStream,
    memory: MemoryReservation,
    goes_on: Arc<AtomicBool>,
) -> Result<Option<(Range, MemoryReservation)>> {
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        if !goes_on.load(Ordering::Relaxed) || !range.push(&batch)? {
            goes_on.store(false, Ordering::Relaxed);
            return Ok(None);
        }
        memory.try_resize(range.size())?;
    }
    Ok(Some((range, memory)))
}

/// A task that was cancelled, since a panic is passed on.
pub(super) fn join_failed(error: tokio::task::JoinError) -> DataFusionError {
    DataFusionError::ExecutionJoin(Box::new(error))
}
