//! Eligible rows of a batch: rows that count, and the treatment of invalid values.

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::common::{DataFusionError, Result};

use super::bits::{WORD, pack, word};
use crate::settings::InvalidPolicy;

/// Largest number of rows in a chunk. Its items stay in the nearest cache between reading and counting.
pub(crate) const CHUNK: usize = 1024;

/// Consecutive rows of a batch: the item of each row, and a mask of the rows that count.
#[derive(Debug)]
pub(crate) struct RowChunk<'a, I> {
    /// Index of the first row.
    pub(crate) start: usize,
    /// One item per row, the default if the row does not count.
    pub(crate) items: &'a [I],
    /// One bit per row, lowest first.
    counted: &'a [u64],
}

impl<I: Copy> RowChunk<'_, I> {
    /// Number of rows that count.
    #[inline]
    pub(crate) fn count(&self) -> i64 {
        self.counted
            .iter()
            .map(|word| i64::from(word.count_ones()))
            .sum()
    }

    /// Calls `each(position, item)` for the rows that count; positions are relative to the chunk.
    #[inline]
    pub(crate) fn for_each(&self, mut each: impl FnMut(usize, I)) {
        for (place, (items, &word)) in self.items.chunks(WORD).zip(self.counted).enumerate() {
            let first = place * WORD;
            match word {
                u64::MAX => (first..)
                    .zip(items)
                    .for_each(|(row, &item)| each(row, item)),
                _ => for_each_bit(word, |bit| each(first + bit, items[bit])),
            }
        }
    }

    /// Calls `each(group, item)` for the rows that count; `groups` has one group per row of the chunk.
    #[inline]
    pub(crate) fn for_each_in(&self, groups: &[usize], mut each: impl FnMut(usize, I)) {
        let words = self.items.chunks(WORD).zip(groups.chunks(WORD));
        for ((items, groups), &word) in words.zip(self.counted) {
            match word {
                u64::MAX => {
                    let rows = groups.iter().zip(items);
                    rows.for_each(|(&group, &item)| each(group, item));
                }
                _ => for_each_bit(word, |bit| each(groups[bit], items[bit])),
            }
        }
    }
}

/// Consumes the chunks of a batch in order.
pub(crate) type ChunkVisitor<'a, I> = &'a mut dyn FnMut(&RowChunk<'_, I>);

/// Reads up to [`WORD`] rows: `fill(first, slots, counted)` sets at least the slots of the counted rows and
/// returns a mask of the rows whose values are valid.
pub(crate) type ItemFillFn<'a, I> = &'a dyn Fn(usize, &mut [I], u64) -> u64;

/// Reads each counted row through `item`, which returns `None` for an invalid one.
pub(crate) fn by_row<I>(item: impl Fn(usize) -> Option<I>) -> impl Fn(usize, &mut [I], u64) -> u64 {
    move |first, slots, counted| {
        let mut valid = 0;
        for_each_bit(counted, |bit| {
            if let Some(item) = item(first + bit) {
                slots[bit] = item;
                valid |= 1 << bit;
            }
        });
        valid
    }
}

/// Words with fewer counted rows are read row by row: survey scores are mostly NULL.
const SPARSE: u32 = 16;

/// Reads each value through `item`, which returns `None` for an invalid one; it also reads values of rows
/// that do not count.
pub(crate) fn by_value<V: Copy, I: Copy + Default>(
    values: &[V],
    item: impl Fn(V) -> Option<I>,
) -> impl Fn(usize, &mut [I], u64) -> u64 {
    move |first, slots, counted| {
        if counted.count_ones() < SPARSE {
            return by_row(|row| item(values[row]))(first, slots, counted);
        }
        let mut valid = [0; WORD];
        let rows = slots.iter_mut().zip(&mut valid).zip(&values[first..]);
        for ((slot, valid), &value) in rows {
            let item = item(value);
            *valid = u8::from(item.is_some());
            *slot = item.unwrap_or_default();
        }
        pack(&valid)
    }
}

/// Reads two columns of one type through `item`, which returns an item and true if it is valid; it also
/// reads values of rows that do not count.
pub(crate) fn by_pair<V: Copy, I: Copy>(
    left: &[V],
    right: &[V],
    item: impl Fn(V, V) -> (I, bool),
) -> impl Fn(usize, &mut [I], u64) -> u64 {
    move |first, slots, _| {
        let mut valid = [0; WORD];
        let pairs = left[first..].iter().zip(&right[first..]);
        for ((slot, valid), (&left, &right)) in slots.iter_mut().zip(&mut valid).zip(pairs) {
            let (item, is_valid) = item(left, right);
            *slot = item;
            *valid = u8::from(is_valid);
        }
        pack(&valid)
    }
}

/// Calls `each` with the index of each set bit.
#[inline]
fn for_each_bit(mut word: u64, mut each: impl FnMut(usize)) {
    while word != 0 {
        each(word.trailing_zeros() as usize);
        word &= word - 1;
    }
}

/// Rows that pass `FILTER (WHERE ..)` and have a value in every needed column; `None` if all rows do.
///
/// A NULL predicate drops the row. The filter is applied before values are checked: a row that the query
/// filters out may be invalid.
pub(crate) fn eligible(
    needed: &[&ArrayRef],
    filter: Option<&BooleanArray>,
) -> Option<BooleanBuffer> {
    let passed = filter.map(|filter| match filter.nulls() {
        Some(nulls) => filter.values() & nulls.inner(),
        None => filter.values().clone(),
    });
    needed
        .iter()
        .filter_map(|column| column.as_ref().logical_nulls())
        .filter(|nulls| nulls.null_count() > 0)
        .fold(passed, |passed, nulls: NullBuffer| match passed {
            Some(passed) => Some(&passed & nulls.inner()),
            None => Some(nulls.into_inner()),
        })
}

/// Rows of a batch that are to be read.
#[derive(Debug)]
pub(crate) struct EligibleRows {
    pub(crate) rows: usize,
    /// Result of [`eligible`].
    pub(crate) eligible: Option<BooleanBuffer>,
    pub(crate) invalid: InvalidPolicy,
}

impl EligibleRows {
    /// Reads the eligible rows through `fill` and passes them on in chunks.
    ///
    /// # Errors
    /// Error of `complaint(row)` at the first invalid row, unless invalid values are ignored.
    pub(crate) fn gather<I: Copy + Default>(
        &self,
        fill: ItemFillFn<'_, I>,
        complaint: &dyn Fn(usize) -> DataFusionError,
        each: ChunkVisitor<'_, I>,
    ) -> Result<()> {
        let mut items = [I::default(); CHUNK];
        let mut counted = [0; CHUNK / WORD];
        for start in (0..self.rows).step_by(CHUNK) {
            let items = &mut items[..CHUNK.min(self.rows - start)];
            for (place, slots) in items.chunks_mut(WORD).enumerate() {
                let all = u64::MAX >> (WORD - slots.len());
                let first = start + place * WORD;
                let eligible = match &self.eligible {
                    None => all,
                    Some(eligible) => word(eligible, first, slots.len()),
                };
                let valid = match eligible {
                    0 => 0,
                    eligible => fill(first, slots, eligible),
                };
                let bad = eligible & !valid;
                if bad != 0 && self.invalid == InvalidPolicy::Error {
                    return Err(complaint(first + bad.trailing_zeros() as usize));
                }
                counted[place] = eligible & valid;
                clear(slots, all & !counted[place]);
            }
            each(&RowChunk {
                start,
                items,
                counted: &counted[..items.len().div_ceil(WORD)],
            });
        }
        Ok(())
    }
}

/// The group of all rows, if it is the same: rows in time order, grouped by month.
#[inline]
pub(crate) fn common_group(groups: &[usize]) -> Option<usize> {
    let first = *groups.first()?;
    // Most chunks differ in the first rows; the others are compared at memory speed.
    let differs = |groups: &[usize]| groups.iter().fold(0, |all, group| all | (group ^ first));
    let (head, rest) = groups.split_at(groups.len().min(8));
    (differs(head) == 0 && differs(rest) == 0).then_some(first)
}

/// Resets the slots of rows that do not count.
#[inline]
fn clear<I: Copy + Default>(slots: &mut [I], rows: u64) {
    if rows == u64::MAX {
        slots.fill(I::default());
        return;
    }
    for_each_bit(rows, |bit| slots[bit] = I::default());
}

/// End of every message about an invalid value: the two workarounds.
pub(crate) const WAYS_ON: &str = "filter such rows out, or leave them all out with \
     SET deskql.invalid_values = 'ignore'";
