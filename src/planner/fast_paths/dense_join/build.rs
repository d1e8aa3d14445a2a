//! The rows of the build side, indexed by their keys.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::compute::concat;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::PhysicalExpr;

use super::key_bounds::DenseKeyBounds;
use super::keys::{DenseJoinKey, with_keys};
use super::ranks::KeyRanks;

/// The range of keys may be this many times the number of rows: a bitmap takes as much memory as a hash
/// table then.
const SPARSE: u64 = 64;

/// A range up to this is dense for any number of rows.
const SMALL: u64 = 1 << 20;

/// The build side.
#[derive(Debug)]
pub(super) struct DenseBuildSide {
    pub(super) ranks: KeyRanks,
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

/// True if the memory of a bitmap over `range` is justified for `rows` rows.
pub(super) fn is_dense(range: u64, rows: usize) -> bool {
    let rows = u64::try_from(rows).unwrap_or(u64::MAX);
    range <= rows.saturating_mul(SPARSE).max(SMALL)
}

impl DenseBuildSide {
    /// The rows of `batches`, whose keys are `keys`; `None` if the keys lie too far apart.
    ///
    /// # Errors
    /// When memory does not suffice.
    pub(super) fn try_new(
        keys: &[ArrayRef],
        batches: &[RecordBatch],
        wanted: &BuildSideSpec,
        bounds: &DenseKeyBounds,
        reservation: &MemoryReservation,
    ) -> Result<Option<Self>> {
        let total: usize = keys.iter().map(Array::len).sum();
        let Some(size) = KeyRanks::size_over(bounds.range) else {
            return Ok(None);
        };
        if !is_dense(bounds.range, total) || u32::try_from(total).is_err() {
            return Ok(None);
        }
        reservation.try_grow(size)?;
        let mut ranks = KeyRanks::over(bounds.from, bounds.range);
        let mut inserted = 0;
        for keys in keys {
            inserted += insert(keys, &mut ranks)?;
        }
        let distinct = ranks.number();
        let rows = if wanted.rows {
            let has_doubles = inserted > distinct as usize;
            let starts = if has_doubles {
                distinct as usize + 1
            } else {
                0
            };
            reservation.try_grow((starts + inserted) * size_of::<u32>())?;
            if has_doubles {
                many(keys, &ranks, distinct as usize, inserted)?
            } else {
                one(keys, &ranks, inserted)?
            }
        } else {
            BuildRowIndex::NotNeeded
        };
        let mut columns = vec![];
        for &column in &wanted.columns {
            let parts: Vec<&dyn Array> =
                batches.iter().map(|b| b.column(column).as_ref()).collect();
            reservation.try_grow(parts.iter().map(|part| part.get_buffer_memory_size()).sum())?;
            columns.push(concat(&parts)?);
        }
        Ok(Some(Self {
            ranks,
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

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        let columns = self.columns.iter();
        let columns: usize = columns.map(Array::get_array_memory_size).sum();
        let rows = match &self.rows {
            BuildRowIndex::NotNeeded => 0,
            BuildRowIndex::One(rows) => rows.len(),
            BuildRowIndex::Many { starts, rows } => starts.len() + rows.len(),
        };
        columns + rows * size_of::<u32>() + self.ranks.size()
    }
}

/// Adds the keys that are not NULL to `ranks`, and returns their number.
fn insert(column: &ArrayRef, ranks: &mut KeyRanks) -> Result<usize> {
    with_keys!(
        column,
        |keys: Type| {
            each::<Type>(keys, |key, _| ranks.insert(key));
            Ok(keys.len() - keys.null_count())
        },
        internal_err!("{} is no key of a dense join", column.data_type())
    )
}

/// Calls `with` for each key that is not NULL and its row.
fn each<T: ArrowPrimitiveType<Native: DenseJoinKey>>(
    keys: &PrimitiveArray<T>,
    mut with: impl FnMut(u64, usize),
) {
    let values = keys.values().iter().enumerate();
    match keys.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => values.for_each(|(row, key)| with(key.bits(), row)),
        Some(nulls) => values
            .filter(|(row, _)| nulls.is_valid(*row))
            .for_each(|(row, key)| with(key.bits(), row)),
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
            |keys: Type| each::<Type>(keys, |key, row| {
                with(ranks.rank(key) as usize, first + row_number(row));
            }),
            return internal_err!("{} is no key of a dense join", column.data_type())
        );
        first += row_number(column.len());
    }
    Ok(())
}

/// The build side has fewer rows than `u32::MAX`.
fn row_number(row: usize) -> u32 {
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
    pub(super) key: Arc<dyn PhysicalExpr>,
    /// The columns of the output.
    pub(super) columns: Vec<usize>,
    /// True if the rows of a key are needed, and not only its existence.
    pub(super) rows: bool,
}
