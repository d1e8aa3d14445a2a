//! The values that one key of the build side has, each with a number.

use arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::MemoryReservation;

use super::key_bounds::DenseKeyBounds;
use super::keys::{DenseJoinKey, with_keys};
use super::ranks::{KeyRanks, is_dense};
use crate::functions::kernels::bits::for_each_set;
use crate::functions::kernels::text_codes::TextCodes;

/// More different texts than these are left to the stock join.
const MOST_TEXTS: usize = 1 << 20;

/// Different values, numbered from 0.
#[derive(Debug)]
pub(super) struct KeyValues {
    values: DistinctValues,
    /// The number of NULL, where it is equal to NULL.
    null: Option<u32>,
    /// Number of numbers.
    pub(super) count: u32,
}

#[derive(Debug)]
enum DistinctValues {
    Integers(KeyRanks),
    Texts(TextCodes),
}

impl KeyValues {
    /// The values of a key, of which `parts` has those of each batch; `None` if they are too many or lie too far apart.
    ///
    /// # Errors
    /// When the column is no key, or memory does not suffice.
    pub(super) fn try_new(
        parts: &[ArrayRef],
        bounds: Option<&DenseKeyBounds>,
        equal_nulls: bool,
        reservation: &MemoryReservation,
    ) -> Result<Option<Self>> {
        let is_text = |part: &ArrayRef| TextCodes::is_supported(part.data_type());
        let distinct = if parts.first().is_some_and(is_text) {
            texts(parts, reservation)?
        } else {
            integers(parts, bounds, reservation)?
        };
        Ok(distinct.map(|(values, count)| Self {
            values,
            null: equal_nulls.then_some(count),
            count: count + u32::from(equal_nulls),
        }))
    }

    /// The number of the value of each row, which a value that the build side has not has none of.
    ///
    /// # Errors
    /// When the column is no key.
    pub(super) fn numbers(&self, column: &ArrayRef) -> Result<Vec<Option<u32>>> {
        let mut numbers: Vec<Option<u32>> = match &self.values {
            DistinctValues::Texts(texts) => texts.known_codes(column)?,
            DistinctValues::Integers(ranks) => with_keys!(
                column,
                |keys: Type| keys
                    .values()
                    .iter()
                    .map(|key| ranks.find(key.bits()))
                    .collect(),
                return internal_err!("{} is no key of a dense join", column.data_type())
            ),
        };
        if let Some(nulls) = column
            .logical_nulls()
            .filter(|nulls| nulls.null_count() > 0)
        {
            for_each_set(&!nulls.inner(), |row| numbers[row] = self.null);
        }
        Ok(numbers)
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        match &self.values {
            DistinctValues::Integers(ranks) => ranks.size(),
            DistinctValues::Texts(texts) => texts.size(),
        }
    }
}

/// The integers of a key, without `bounds` if all are NULL, and their number.
fn integers(
    parts: &[ArrayRef],
    bounds: Option<&DenseKeyBounds>,
    reservation: &MemoryReservation,
) -> Result<Option<(DistinctValues, u32)>> {
    let rows: usize = parts.iter().map(Array::len).sum();
    let (from, range) = bounds.map_or((0, 0), |bounds| (bounds.from, bounds.range));
    let Some(size) = KeyRanks::size_over(range).filter(|_| is_dense(range, rows)) else {
        return Ok(None);
    };
    reservation.try_grow(size)?;
    let mut ranks = KeyRanks::over(from, range);
    for part in parts {
        ranks.insert_all(part)?;
    }
    let count = ranks.number();
    Ok(Some((DistinctValues::Integers(ranks), count)))
}

fn texts(
    parts: &[ArrayRef],
    reservation: &MemoryReservation,
) -> Result<Option<(DistinctValues, u32)>> {
    let mut texts = TextCodes::new(MOST_TEXTS);
    let mut held = 0;
    for part in parts {
        if texts.codes(part)?.is_none() {
            return Ok(None);
        }
        reservation.try_grow(texts.size().saturating_sub(held))?;
        held = held.max(texts.size());
    }
    let count = u32::try_from(texts.texts().len()).unwrap_or(u32::MAX);
    Ok(Some((DistinctValues::Texts(texts), count)))
}
