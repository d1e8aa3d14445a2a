//! The eligible rows of a batch: which rows count, and what to do with invalid values.

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::common::{DataFusionError, Result};

/// What to do with a value that cannot be counted: off its scale, an end before its start, NaN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Invalid {
    /// Fail the query, naming the value.
    #[default]
    Error,
    /// Leave the row out, as if it were NULL.
    Ignore,
}

/// What the rows of a batch contribute: one item a row, and which of them count.
#[derive(Debug)]
pub(crate) struct Rows<I> {
    /// One per row; meaningless where the row does not count.
    pub(crate) items: Vec<I>,
    /// Rows that count; `None` when all do.
    pub(crate) counted: Option<BooleanBuffer>,
}

/// Rows that pass `FILTER (WHERE ..)` and have a value in every needed column; `None` when all do.
///
/// A NULL predicate drops the row. The filter must be known before values are checked: a row that
/// the query filters out may be as invalid as it likes.
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
        .fold(passed, |passed, nulls: NullBuffer| match passed {
            Some(passed) => Some(&passed & nulls.inner()),
            None => Some(nulls.into_inner()),
        })
}

/// Reads the eligible rows through `item`, which gives `None` for an invalid one.
///
/// # Errors
/// `complaint(row)` at the first invalid row, unless invalid values are ignored.
pub(crate) fn gather<I: Copy + Default>(
    rows: usize,
    eligible: Option<BooleanBuffer>,
    invalid: Invalid,
    item: impl Fn(usize) -> Option<I>,
    complaint: impl Fn(usize) -> DataFusionError,
) -> Result<Rows<I>> {
    let mut items = Vec::with_capacity(rows);
    let mut rejected = vec![];
    for row in 0..rows {
        let counts = eligible.as_ref().is_none_or(|eligible| eligible.value(row));
        let read = if counts {
            item(row)
        } else {
            Some(I::default())
        };
        if read.is_none() {
            match invalid {
                Invalid::Error => return Err(complaint(row)),
                Invalid::Ignore => rejected.push(row),
            }
        }
        items.push(read.unwrap_or_default());
    }
    Ok(Rows {
        items,
        counted: without(eligible, rows, &rejected),
    })
}

fn without(
    eligible: Option<BooleanBuffer>,
    rows: usize,
    rejected: &[usize],
) -> Option<BooleanBuffer> {
    if rejected.is_empty() {
        return eligible;
    }
    let mut rejected = rejected.iter().copied().peekable();
    Some(BooleanBuffer::collect_bool(rows, |row| {
        let rejects = rejected.next_if_eq(&row).is_some();
        !rejects && eligible.as_ref().is_none_or(|eligible| eligible.value(row))
    }))
}

impl<I: Copy> Rows<I> {
    /// Calls `each(row, item)` for the rows that count.
    #[inline]
    pub(crate) fn for_each(&self, mut each: impl FnMut(usize, I)) {
        match &self.counted {
            None => self
                .items
                .iter()
                .enumerate()
                .for_each(|(row, &item)| each(row, item)),
            Some(counted) => counted
                .set_indices()
                .for_each(|row| each(row, self.items[row])),
        }
    }
}

/// The tail of every message about an invalid value: the two ways on.
pub(crate) const WAYS_ON: &str = "filter such rows out, or leave them all out with \
     SET deskql.invalid_values = 'ignore'";
