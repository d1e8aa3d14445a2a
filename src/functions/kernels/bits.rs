//! Truth values as bits, a word at a time.

use arrow::array::{Array, BooleanArray};
use arrow::buffer::{BooleanBuffer, Buffer};
use arrow::util::bit_chunk_iterator::BitChunks;

/// Rows per word, one bit each.
pub(crate) const WORD: usize = 64;

/// Up to [`WORD`] bits from the bit at `first` on, lowest first.
#[inline]
pub(crate) fn word(bits: &BooleanBuffer, first: usize, rows: usize) -> u64 {
    let bits = BitChunks::new(bits.values(), bits.offset() + first, rows);
    bits.iter_padded().next().unwrap_or_default()
}

/// Rows that are true and not NULL.
pub(crate) fn known_true(condition: &BooleanArray) -> BooleanBuffer {
    match condition.nulls() {
        Some(nulls) => condition.values() & nulls.inner(),
        None => condition.values().clone(),
    }
}

/// Calls `each(row)` for every row whose bit is set.
#[inline]
pub(crate) fn for_each_set(bits: &BooleanBuffer, mut each: impl FnMut(usize)) {
    for first in (0..bits.len()).step_by(WORD) {
        let mut rest = word(bits, first, WORD.min(bits.len() - first));
        if rest == u64::MAX {
            (first..first + WORD).for_each(&mut each);
            continue;
        }
        while rest != 0 {
            each(first + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}

/// Packs flags of 0 or 1 into a word, the first flag lowest.
///
/// Setting one bit after the other takes several times as long, since each waits for the one before.
#[inline]
pub(crate) fn pack(flags: &[u8; WORD]) -> u64 {
    /// Moves the lowest bit of byte `n` to bit 56 + `n`.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = flags.as_chunks::<8>();
    let mut word = 0;
    for eight in eights {
        let bits = u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
        word = word >> 8 | bits << 56;
    }
    word
}

/// Evaluates the predicate `passes` for each of `values`.
pub(crate) fn collect<V: Copy>(values: &[V], passes: impl Fn(V) -> bool) -> BooleanBuffer {
    let words = values.chunks(WORD).map(|values| {
        let mut flags = [0; WORD];
        for (flag, &value) in flags.iter_mut().zip(values) {
            *flag = u8::from(passes(value));
        }
        pack(&flags)
    });
    let words = Buffer::from_vec(words.collect::<Vec<u64>>());
    BooleanBuffer::new(words, 0, values.len())
}

/// Evaluates the predicate `passes` for each pair of `left` and `right`, which have equal lengths.
pub(crate) fn collect_pairs<V: Copy>(
    left: &[V],
    right: &[V],
    passes: impl Fn(V, V) -> bool,
) -> BooleanBuffer {
    let words = left.chunks(WORD).zip(right.chunks(WORD));
    let words = words.map(|(left, right)| {
        let mut flags = [0; WORD];
        for (flag, (&left, &right)) in flags.iter_mut().zip(left.iter().zip(right)) {
            *flag = u8::from(passes(left, right));
        }
        pack(&flags)
    });
    let words = Buffer::from_vec(words.collect::<Vec<u64>>());
    BooleanBuffer::new(words, 0, left.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn collected_bits_are_those_of_the_values(
            values in prop::collection::vec(any::<bool>(), 0..300),
            first in 0_usize..300,
        ) {
            let collected = collect(&values, |value| value);
            prop_assert_eq!(collected.iter().collect::<Vec<_>>(), values.clone());
            let reversed: Vec<bool> = values.iter().rev().copied().collect();
            let pairs = collect_pairs(&values, &reversed, |left, right| left && !right);
            let expected = values.iter().zip(&reversed).map(|(left, right)| *left && !right);
            prop_assert_eq!(pairs.iter().collect::<Vec<_>>(), expected.collect::<Vec<_>>());
            let mut set = vec![];
            for_each_set(&collected, |row| set.push(row));
            prop_assert_eq!(set, collected.set_indices().collect::<Vec<_>>());
            let first = first.min(values.len());
            let rows = WORD.min(values.len() - first);
            let bits = (0..rows).filter(|row| values[first + row]);
            prop_assert_eq!(word(&collected, first, rows), bits.fold(0, |word, bit| word | 1 << bit));
        }
    }
}
