//! A set of keys as a bitmap, with the number of keys below each.

use arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, internal_err};

use super::keys::{each_key, with_keys};

/// Number of keys per word of the bitmap.
const WORD: u64 = 64;

/// The range of keys may be this many times the number of rows: a bitmap takes as much memory as a hash
/// table then.
const SPARSE: u64 = 64;

/// A range up to this is dense for any number of rows.
const SMALL: u64 = 1 << 20;

/// True if the memory of a bitmap over `range` is justified for `rows` rows.
pub(super) fn is_dense(range: u64, rows: usize) -> bool {
    let rows = u64::try_from(rows).unwrap_or(u64::MAX);
    range <= rows.saturating_mul(SPARSE).max(SMALL)
}

/// A set of keys within a range, numbered from 0 in their order.
#[derive(Debug)]
pub(super) struct KeyRanks {
    lowest: u64,
    /// The highest key minus the lowest.
    range: u64,
    words: Vec<u64>,
    /// Number of keys in the words before each word.
    before: Vec<u32>,
}

impl KeyRanks {
    /// Number of bytes of a set over `range`; `None` if that is more than can be addressed.
    pub(super) fn size_over(range: u64) -> Option<usize> {
        let words = usize::try_from(range / WORD + 1).ok()?;
        words.checked_mul(size_of::<u64>() + size_of::<u32>())
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        self.words.len() * (size_of::<u64>() + size_of::<u32>())
    }

    /// An empty set for keys from `lowest` to `lowest + range`.
    pub(super) fn over(lowest: u64, range: u64) -> Self {
        let words = usize::try_from(range / WORD + 1).unwrap_or(usize::MAX);
        Self {
            lowest,
            range,
            words: vec![0; words],
            before: vec![],
        }
    }

    /// Adds `key`, which is in the range, to the set.
    #[inline]
    pub(super) fn insert(&mut self, key: u64) {
        let (word, bit) = self.place(key.wrapping_sub(self.lowest));
        self.words[word] |= bit;
    }

    /// Adds the keys of `column` that are not NULL, and returns their number.
    ///
    /// # Errors
    /// When it is no column of keys.
    pub(super) fn insert_all(&mut self, column: &ArrayRef) -> Result<usize> {
        with_keys!(
            column,
            |keys: Type| {
                each_key::<Type>(keys, |key, _| self.insert(key));
                Ok(keys.len() - keys.null_count())
            },
            internal_err!("{} is no key of a dense join", column.data_type())
        )
    }

    /// Numbers the keys and returns how many there are; no key is added later.
    pub(super) fn number(&mut self) -> u32 {
        let mut total = 0;
        self.before.reserve_exact(self.words.len());
        for word in &self.words {
            self.before.push(total);
            total += word.count_ones();
        }
        total
    }

    /// True if `key` is in the set.
    #[inline]
    pub(super) fn contains(&self, key: u64) -> bool {
        let offset = key.wrapping_sub(self.lowest);
        if offset > self.range {
            return false;
        }
        let (word, bit) = self.place(offset);
        self.words[word] & bit != 0
    }

    /// The number of `key`; `None` if it is not in the set.
    #[inline]
    pub(super) fn find(&self, key: u64) -> Option<u32> {
        self.contains(key).then(|| self.rank(key))
    }

    /// The number of `key`, which is in the set.
    #[inline]
    pub(super) fn rank(&self, key: u64) -> u32 {
        let (word, bit) = self.place(key.wrapping_sub(self.lowest));
        self.before[word] + (self.words[word] & (bit - 1)).count_ones()
    }

    #[inline]
    fn place(&self, offset: u64) -> (usize, u64) {
        ((offset / WORD) as usize, 1 << (offset % WORD))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_numbered_in_their_order() {
        let keys: [i64; 6] = [-70, -1, 0, 63, 64, 300];
        let lowest = keys[0].cast_unsigned();
        let mut ranks = KeyRanks::over(lowest, 370);
        for key in keys.iter().rev() {
            ranks.insert(key.cast_unsigned());
        }
        ranks.insert(keys[2].cast_unsigned());
        assert_eq!(ranks.number(), 6);
        for (rank, key) in (0..).zip(keys) {
            assert!(ranks.contains(key.cast_unsigned()));
            assert_eq!(ranks.rank(key.cast_unsigned()), rank);
        }
        for other in [i64::MIN, -71, -69, 1, 62, 65, 299, 301, 383, i64::MAX] {
            assert!(!ranks.contains(other.cast_unsigned()), "{other}");
        }
    }

    #[test]
    fn ends_of_the_integers_are_keys_too() {
        let mut ranks = KeyRanks::over(i64::MAX.cast_unsigned() - 5, 5);
        ranks.insert(i64::MAX.cast_unsigned());
        ranks.number();
        assert!(ranks.contains(i64::MAX.cast_unsigned()));
        assert!(!ranks.contains(i64::MIN.cast_unsigned()));
        assert_eq!(
            KeyRanks::size_over(u64::MAX),
            (1_usize << 58).checked_mul(12)
        );
    }
}
