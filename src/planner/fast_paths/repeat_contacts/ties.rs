//! Contacts of one customer at the same instant.
//!
//! The passes take the last row for the last contact. All but the last have a repeat contact at once,
//! so it matters only which of them is last, and only if its answer differs from the others: then the
//! further keys of ORDER BY are read, of those rows alone.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::row::{RowConverter, SortField};
use datafusion::common::{HashMap, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::ExecutionPlan;
use futures::StreamExt;

use super::answers::{ContactRowId, ContactTie};
use super::contact_query::RepeatContactRequest;
use super::row_answers::{RowAnswer, RowAnswersBuilder};
use super::stream::changed;

/// Exchanges answers so that the contact that is last by ORDER BY has the answer of the last row.
///
/// # Errors
/// When reading fails or the memory limit leaves no room.
pub(super) async fn settle(
    ties: Vec<ContactTie>,
    marks: &mut [Vec<&mut RowAnswersBuilder>],
    request: &RepeatContactRequest,
    plan: &Arc<dyn ExecutionPlan>,
    context: &Arc<TaskContext>,
    memory: &MemoryReservation,
) -> Result<()> {
    memory.try_grow(ties.len() * 2 * size_of::<ContactTie>())?;
    let mut chains = chains(ties);
    chains.retain(|chain| chain.last().is_some_and(|&last| matters(marks, last)));
    let mut wanted: Vec<ContactRowId> = chains.iter().flatten().copied().collect();
    wanted.sort_unstable();
    if wanted.is_empty() {
        return Ok(());
    }
    let keys = read(&wanted, plan, context, memory).await?;
    let fields = keys.iter().zip(&request.ties);
    let fields = fields
        .map(|(key, options)| SortField::new_with_options(key.data_type().clone(), *options))
        .collect();
    let rows = RowConverter::new(fields)?.convert_columns(&keys)?;
    memory.try_grow(rows.size())?;
    let place = |at: &ContactRowId| wanted.binary_search(at).unwrap_or_default();
    for chain in &chains {
        // The last one of equal keys.
        let last = chain.iter().max_by_key(|at| rows.row(place(at)));
        if let (Some(&last), Some(&taken)) = (last, chain.last())
            && last != taken
        {
            exchange(marks, last, taken);
        }
    }
    Ok(())
}

/// Chains of consecutive rows, joined from pairs.
fn chains(mut ties: Vec<ContactTie>) -> Vec<Vec<ContactRowId>> {
    ties.sort_unstable_by_key(|&(_, later)| later);
    let mut chains: Vec<Vec<ContactRowId>> = vec![];
    let mut ending_at: HashMap<ContactRowId, usize> = HashMap::default();
    for (earlier, later) in ties {
        let chain = ending_at.remove(&earlier).unwrap_or_else(|| {
            chains.push(vec![earlier]);
            chains.len() - 1
        });
        chains[chain].push(later);
        ending_at.insert(later, chain);
    }
    chains
}

fn matters(marks: &[Vec<&mut RowAnswersBuilder>], (range, row): ContactRowId) -> bool {
    let mut answers = marks[range as usize].iter();
    answers.any(|marks| marks.get(row as usize) != RowAnswer::AGAIN)
}

fn exchange(marks: &mut [Vec<&mut RowAnswersBuilder>], a: ContactRowId, b: ContactRowId) {
    for question in 0..marks[a.0 as usize].len() {
        let of_a = marks[a.0 as usize][question].get(a.1 as usize);
        let of_b = marks[b.0 as usize][question].get(b.1 as usize);
        marks[a.0 as usize][question].set(a.1 as usize, of_b);
        marks[b.0 as usize][question].set(b.1 as usize, of_a);
    }
}

/// The columns of the required rows, which are sorted.
async fn read(
    wanted: &[ContactRowId],
    plan: &Arc<dyn ExecutionPlan>,
    context: &Arc<TaskContext>,
    memory: &MemoryReservation,
) -> Result<Vec<ArrayRef>> {
    let mut kept: Vec<RecordBatch> = vec![];
    for of_range in wanted.chunk_by(|a, b| a.0 == b.0) {
        let mut stream = plan.execute(of_range[0].0 as usize, Arc::clone(context))?;
        let (mut left, mut start) = (of_range, 0_u64);
        while !left.is_empty() {
            let Some(batch) = stream.next().await.transpose()? else {
                return Err(changed(start, u64::from(left[0].1) + 1));
            };
            let end = start + batch.num_rows() as u64;
            let here = left.partition_point(|at| u64::from(at.1) < end);
            if here > 0 {
                let rows = left[..here].iter().map(|at| u64::from(at.1) - start);
                let rows = take_record_batch(&batch, &UInt64Array::from_iter_values(rows))?;
                memory.try_grow(rows.get_array_memory_size())?;
                kept.push(rows);
            }
            (left, start) = (&left[here..], end);
        }
    }
    let all = concat_batches(&plan.schema(), &kept)?;
    Ok(all.columns().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_become_chains_across_ranges() {
        let (a, b, c, d, e) = ((0, 4), (0, 9), (1, 0), (1, 2), (1, 3));
        let chains = chains(vec![(b, c), (a, b), (d, e)]);
        assert_eq!(chains, [vec![a, b, c], vec![d, e]]);
    }
}
