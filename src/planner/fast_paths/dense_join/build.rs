//! The rows of the build side, indexed by their keys.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::buffer::{BooleanBuffer, Buffer};
use arrow::record_batch::RecordBatch;
use datafusion::common::{NullEquality, Result, internal_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::PhysicalExpr;

use super::combined_keys::CombinedKeys;
use super::keys::{each_key, with_keys};
use super::ranks::{KeyRanks, is_dense};
use crate::functions::kernels::bits::for_each_set;
use crate::planner::fast_paths::collected_join::{BuildOutput, VisitedKeys, collected_columns};

/// The build side.
#[derive(Debug)]
pub(super) struct DenseBuildSide {
    pub(super) keys: CombinedKeys,
    pub(super) ranks: KeyRanks,
    /// Number of keys.
    pub(super) distinct: usize,
    /// Number of rows, with those whose keys are NULL.
    total: usize,
    /// Those with a match, where the join gives rows by them.
    pub(super) visited: Option<VisitedKeys>,
    pub(super) rows: BuildRowIndex,
    /// The required columns.
    pub(super) columns: Vec<ArrayRef>,
    /// Memory reservation of the fields above.
    reservation: Option<MemoryReservation>,
}

/// The rows of each key, by the number of the key.
#[derive(Debug)]
pub(super) enum BuildRowIndex {
    /// The join does not need them.
    NotNeeded,
    /// Each key has one row.
    One(Vec<u32>),
    /// Key `i` has the rows from `starts[i]` to `starts[i + 1]`.
    Many { starts: Vec<u32>, rows: Vec<u32> },
}

impl BuildRowIndex {
    /// The rows of the key with this number.
    fn of_key(&self, key: usize) -> &[u32] {
        match self {
            Self::NotNeeded => &[],
            Self::One(rows) => std::slice::from_ref(&rows[key]),
            Self::Many { starts, rows } => &rows[starts[key] as usize..starts[key + 1] as usize],
        }
    }
}

impl DenseBuildSide {
    /// The rows of `batches`, whose combined keys are `numbers`; `None` if these lie too far apart.
    ///
    /// # Errors
    /// When memory does not suffice.
    pub(super) fn try_new(
        numbers: &[ArrayRef],
        batches: &[RecordBatch],
        wanted: &BuildSideSpec,
        keys: CombinedKeys,
        partitions: usize,
        reservation: &MemoryReservation,
    ) -> Result<Option<Self>> {
        let total: usize = numbers.iter().map(Array::len).sum();
        let Some(size) = KeyRanks::size_over(keys.range) else {
            return Ok(None);
        };
        if !is_dense(keys.range, total) || u32::try_from(total).is_err() {
            return Ok(None);
        }
        reservation.try_grow(size)?;
        let mut ranks = KeyRanks::over(keys.from, keys.range);
        let mut inserted = 0;
        for numbers in numbers {
            inserted += ranks.insert_all(numbers)?;
        }
        let distinct = ranks.number() as usize;
        let rows = if wanted.rows {
            let has_doubles = inserted > distinct;
            let starts = if has_doubles { distinct + 1 } else { 0 };
            reservation.try_grow((starts + inserted) * size_of::<u32>())?;
            if has_doubles {
                many(numbers, &ranks, distinct, inserted)?
            } else {
                one(numbers, &ranks, inserted)?
            }
        } else {
            BuildRowIndex::NotNeeded
        };
        let visited = (wanted.output != BuildOutput::Nothing)
            .then(|| VisitedKeys::new(total, distinct, partitions));
        reservation.try_grow(visited.as_ref().map_or(0, VisitedKeys::size))?;
        let columns = collected_columns(batches, &wanted.columns, reservation)?;
        Ok(Some(Self {
            keys,
            ranks,
            distinct,
            total,
            visited,
            rows,
            columns,
            reservation: None,
        }))
    }

    /// The same with `reservation`, resized to its size.
    pub(super) fn holding(mut self, reservation: MemoryReservation) -> Self {
        reservation.resize(self.size());
        self.reservation = Some(reservation);
        self
    }

    /// The rows that `output` gives, in their order, when the keys of the bitmap `visited` have had a match.
    pub(super) fn rows_of(&self, output: BuildOutput, visited: Vec<u64>) -> Vec<u32> {
        let mut is_matched = vec![false; self.total];
        let visited = BooleanBuffer::new(Buffer::from_vec(visited), 0, self.distinct);
        for_each_set(&visited, |key| {
            for &row in self.rows.of_key(key) {
                is_matched[row as usize] = true;
            }
        });
        output.rows(is_matched.into_iter())
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        let columns = self.columns.iter();
        let columns: usize = columns.map(Array::get_array_memory_size).sum();
        let rows = match &self.rows {
            BuildRowIndex::NotNeeded => 0,
            BuildRowIndex::One(rows) => rows.len(),
            BuildRowIndex::Many { starts, rows } => starts.len() + rows.len(),
        };
        columns
            + rows * size_of::<u32>()
            + self.ranks.size()
            + self.keys.size()
            + self.visited.as_ref().map_or(0, VisitedKeys::size)
    }
}

/// Calls `with` for the number of each key that is not NULL and its row, counted over all batches.
fn each_ranked(
    columns: &[ArrayRef],
    ranks: &KeyRanks,
    mut with: impl FnMut(usize, u32),
) -> Result<()> {
    let mut first = 0;
    for column in columns {
        with_keys!(
            column,
            |keys: Type| each_key::<Type>(keys, |key, row| {
                with(ranks.rank(key) as usize, first + row_number(row));
            }),
            return internal_err!("{} is no key of a dense join", column.data_type())
        );
        first += row_number(column.len());
    }
    Ok(())
}

/// The build side has fewer rows than `u32::MAX`, and a batch of the other far fewer.
pub(super) fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn one(keys: &[ArrayRef], ranks: &KeyRanks, inserted: usize) -> Result<BuildRowIndex> {
    let mut rows = vec![0; inserted];
    each_ranked(keys, ranks, |rank, row| rows[rank] = row)?;
    Ok(BuildRowIndex::One(rows))
}

/// Rows of a key stay in input order.
fn many(
    keys: &[ArrayRef],
    ranks: &KeyRanks,
    distinct: usize,
    inserted: usize,
) -> Result<BuildRowIndex> {
    let mut starts = vec![0_u32; distinct + 1];
    each_ranked(keys, ranks, |rank, _| starts[rank + 1] += 1)?;
    for rank in 0..distinct {
        starts[rank + 1] += starts[rank];
    }
    // While rows are written, each start advances to the next one.
    let mut rows = vec![0; inserted];
    each_ranked(keys, ranks, |rank, row| {
        rows[starts[rank] as usize] = row;
        starts[rank] += 1;
    })?;
    starts.rotate_right(1);
    starts[0] = 0;
    Ok(BuildRowIndex::Many { starts, rows })
}

/// The data that the join needs from the build side.
#[derive(Debug, Clone)]
pub(super) struct BuildSideSpec {
    pub(super) keys: Vec<Arc<dyn PhysicalExpr>>,
    /// Whether NULL is equal to NULL, as in INTERSECT and EXCEPT.
    pub(super) null_equality: NullEquality,
    /// The columns of the output.
    pub(super) columns: Vec<usize>,
    /// True if the rows of a key are needed, and not only its existence.
    pub(super) rows: bool,
    /// The rows that are given at the end.
    pub(super) output: BuildOutput,
}
