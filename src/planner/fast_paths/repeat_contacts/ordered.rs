//! Contacts that are in time order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::common::Result;
use datafusion::common::runtime::SpawnedTask;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::ExecutionPlanProperties;
use futures::StreamExt;

use super::answers::RepeatContactAnswers;
use super::first_pass::{FirstPass, join_failed};
use super::range::ContactRange;
use super::range_boundaries;

/// Computes the answers in one pass over the contacts; `None` if they are not in time order.
///
/// # Errors
/// When reading fails, the memory limit leaves no room, or a deadline lies past the range of
/// timestamps.
pub(super) async fn run(
    pass: &FirstPass,
    context: &Arc<TaskContext>,
    memory: &MemoryReservation,
) -> Result<Option<RepeatContactAnswers>> {
    let goes_on = Arc::new(AtomicBool::new(true));
    let mut tasks = vec![];
    for partition in 0..pass.contacts.output_partitioning().partition_count() {
        let stream = pass.contacts.execute(partition, Arc::clone(context))?;
        let range = ContactRange::new(&pass.request, partition == 0)?;
        let read = read(range, stream, memory.new_empty(), Arc::clone(&goes_on));
        tasks.push(SpawnedTask::spawn(read));
    }
    let (mut ranges, mut held) = (vec![], vec![]);
    for task in tasks {
        let joined = task.join_unwind().await.map_err(join_failed)?;
        // Dropping the other tasks cancels them.
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
    let mut marks: Vec<_> = ranges.iter_mut().map(ContactRange::marks).collect();
    pass.break_ties(found, &mut marks, context, memory).await?;
    let newest = ranges.iter().filter_map(|range| range.span).next_back();
    let newest = newest.map(|(_, newest)| newest);
    let ranges = ranges
        .into_iter()
        .map(|range| range.settle(newest))
        .collect();
    drop(held);
    let memory = memory.new_empty();
    RepeatContactAnswers::new(ranges, newest, &pass.request.instant, memory).map(Some)
}

/// Reads a range to its end, or until a row of this or another range is out of order.
async fn read(
    mut range: ContactRange,
    mut stream: SendableRecordBatchStream,
    memory: MemoryReservation,
    goes_on: Arc<AtomicBool>,
) -> Result<Option<(ContactRange, MemoryReservation)>> {
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
