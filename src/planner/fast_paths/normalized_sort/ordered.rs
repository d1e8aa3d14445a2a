//! The order of the rows of all partitions.

use std::sync::Arc;

use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{Result, exec_datafusion_err};
use futures::future::try_join_all;

use super::collect::PartitionRows;
use super::first_of_groups::FirstOfGroups;
use super::layout::{KeyLayout, PackedInteger};

/// The rows that are gathered.
#[derive(Debug, Clone, Copy)]
pub(super) enum WantedRows {
    All,
    /// That many, the first ones.
    First(usize),
    /// Of one partition.
    FirstOfGroups(FirstOfGroups),
}

/// The numbers of the wanted rows in the order of their keys; rows are numbered through all partitions. `None` if
/// no integer is wide enough.
///
/// # Errors
/// When a task panics.
pub(super) async fn row_order(
    partitions: &Arc<Vec<PartitionRows>>,
    wanted: WantedRows,
) -> Result<Option<Vec<u32>>> {
    let Some(layout) = KeyLayout::new(partitions) else {
        return Ok(None);
    };
    let layout = Arc::new(layout);
    Ok(match layout.bits() {
        bits if bits <= u64::BITS => Some(packed_order::<u64>(partitions, &layout, wanted).await?),
        bits if bits <= u128::BITS => {
            Some(packed_order::<u128>(partitions, &layout, wanted).await?)
        }
        _ => None,
    })
}

/// Packs and sorts partitions side by side, and merges them.
async fn packed_order<T: PackedInteger>(
    partitions: &Arc<Vec<PartitionRows>>,
    layout: &Arc<KeyLayout>,
    wanted: WantedRows,
) -> Result<Vec<u32>> {
    let fetch = match wanted {
        WantedRows::First(rows) => Some(rows),
        WantedRows::All | WantedRows::FirstOfGroups(_) => None,
    };
    let mut first = 0;
    let mut tasks = vec![];
    for partition in 0..partitions.len() {
        let (rows, layout) = (Arc::clone(partitions), Arc::clone(layout));
        tasks.push(SpawnedTask::spawn_blocking(move || {
            sorted(layout.pack::<T>(partition, &rows[partition], first), fetch)
        }));
        first += partitions[partition].len();
    }
    let sorted = try_join_all(tasks.into_iter().map(SpawnedTask::join_unwind)).await;
    let sorted = sorted.map_err(|error| exec_datafusion_err!("rows were not sorted: {error}"))?;
    if let (WantedRows::FirstOfGroups(first), [rows]) = (wanted, sorted.as_slice()) {
        return Ok(first.rows(rows, layout));
    }
    let limit = fetch.unwrap_or(usize::MAX);
    Ok(merged(&sorted, limit, layout.row_bits))
}

/// The first `fetch` in their order.
fn sorted<T: PackedInteger>(mut packed: Vec<T>, fetch: Option<usize>) -> Vec<T> {
    if let Some(fetch) = fetch.filter(|fetch| *fetch < packed.len()) {
        if fetch > 0 {
            packed.select_nth_unstable(fetch - 1);
        }
        packed.truncate(fetch);
    }
    packed.sort_unstable();
    packed
}

/// The rows of sorted partitions, in the order of all.
fn merged<T: PackedInteger>(sorted: &[Vec<T>], limit: usize, row_bits: u32) -> Vec<u32> {
    let row = |packed: &T| packed.low(row_bits);
    if let [one] = sorted {
        return one.iter().take(limit).map(row).collect();
    }
    let rows = sorted.iter().map(Vec::len).sum::<usize>().min(limit);
    let mut order = Vec::with_capacity(rows);
    let mut rest: Vec<&[T]> = sorted.iter().map(Vec::as_slice).collect();
    while order.len() < rows {
        rest.retain(|part| !part.is_empty());
        // Few partitions: the least of their heads, as long as it stays below the next one.
        let Some(least) = (0..rest.len()).min_by_key(|&part| rest[part][0]) else {
            break;
        };
        let others = rest.iter().enumerate().filter(|(part, _)| *part != least);
        let next = others.map(|(_, part)| part[0]).min();
        let run = next.map_or(rest[least].len(), |next| {
            let is_before = |packed: &&T| **packed < next;
            rest[least].iter().take_while(is_before).count()
        });
        let run = run.min(rows - order.len());
        order.extend(rest[least][..run].iter().map(row));
        rest[least] = &rest[least][run..];
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_merged_up_to_the_limit() {
        // Keys above three bits of the row.
        let packed = |keys: &[(u64, u64)]| keys.iter().map(|(key, row)| key << 3 | row).collect();
        let parts: Vec<Vec<u64>> = vec![
            packed(&[(1, 0), (1, 1), (5, 2)]),
            vec![],
            packed(&[(1, 3), (4, 4)]),
            packed(&[(2, 5), (9, 6)]),
        ];
        assert_eq!(merged(&parts, usize::MAX, 3), [0, 1, 3, 5, 4, 2, 6]);
        assert_eq!(merged(&parts, 4, 3), [0, 1, 3, 5]);
        assert_eq!(merged(&parts[..1], 2, 3), [0, 1]);
        assert_eq!(merged::<u64>(&[], 2, 3), Vec::<u32>::new());
    }

    #[test]
    fn a_limit_keeps_the_first() {
        assert_eq!(sorted(vec![5_u64, 1, 4, 2], Some(2)), [1, 2]);
        assert_eq!(sorted(vec![5_u64, 1], Some(9)), [1, 5]);
        assert_eq!(sorted(vec![5_u64, 1], Some(0)), Vec::<u64>::new());
    }
}
