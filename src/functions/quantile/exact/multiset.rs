//! All values of one group, in little memory.
//!
//! Values that fit four bytes are buffered; when there are many of them they move to pages, where they take
//! two bytes or less. The other values are stored unchanged.

use std::marker::PhantomData;

use super::pages::ValuePages;
use super::radix_sort::sort;
use super::ranked::RankedValues;
use super::stored_state::{InvalidMultisetState, MultisetParts, StoredMultiset};
use super::width::QuantileKey;

/// Fewer values than these are stored as they come, without pages.
const FEW: usize = 1 << 7;

/// Largest number of values that are buffered before they move to pages, if most of them can.
const MANY: usize = 1 << 11;

/// A vector of more values than these does not double its capacity.
const LARGE: usize = 1 << 16;

/// Values as keys of `W`.
#[derive(Debug, Clone)]
pub(super) struct CompactMultiset<W> {
    fresh: Vec<i32>,
    rest: Option<Box<MultisetOverflow>>,
    width: PhantomData<W>,
}

#[derive(Debug, Clone, Default)]
struct MultisetOverflow {
    pages: ValuePages,
    wide: Vec<i64>,
}

impl<W> Default for CompactMultiset<W> {
    fn default() -> Self {
        Self {
            fresh: Vec::new(),
            rest: None,
            width: PhantomData,
        }
    }
}

impl<W: QuantileKey> CompactMultiset<W> {
    /// Adds a value; returns the growth in bytes, negative if memory was freed.
    #[inline]
    pub(super) fn push(&mut self, key: i64) -> isize {
        match W::narrow(key) {
            Some(narrow) if self.fresh.len() < self.fresh.capacity() => {
                self.fresh.push(narrow);
                0
            }
            Some(narrow) => self.make_room(narrow),
            None => self.push_wide(key),
        }
    }

    #[cold]
    fn make_room(&mut self, narrow: i32) -> isize {
        let before = self.size();
        if self.fresh.len() >= FEW {
            self.turn_pages();
        }
        self.fresh.push(narrow);
        self.size().wrapping_sub(before).cast_signed()
    }

    fn push_wide(&mut self, key: i64) -> isize {
        if let Some(rest) = &mut self.rest
            && rest.wide.len() < rest.wide.capacity()
        {
            rest.wide.push(key);
            return 0;
        }
        let before = self.size();
        let wide = &mut self.rest.get_or_insert_default().wide;
        make_room(wide, 1);
        wide.push(key);
        self.size().wrapping_sub(before).cast_signed()
    }

    /// Adds the values of another set; returns the growth in bytes.
    ///
    /// # Errors
    /// When the pages of the other set are malformed.
    pub(super) fn extend(
        &mut self,
        parts: &StoredMultiset<'_>,
    ) -> Result<isize, InvalidMultisetState> {
        let before = self.size();
        make_room(&mut self.fresh, parts.narrow.len());
        self.fresh.extend_from_slice(parts.narrow);
        if !parts.wide.is_empty() || !parts.pages.is_empty() {
            let rest = self.rest.get_or_insert_default();
            make_room(&mut rest.wide, parts.wide.len());
            rest.wide.extend_from_slice(parts.wide);
            rest.pages.read(parts.pages)?;
        }
        if self.fresh.len() >= FEW {
            let rest = self.rest.get_or_insert_default();
            rest.pages.take(&mut self.fresh);
            // Values are seldom added after a merge.
            self.fresh.shrink_to_fit();
        }
        Ok(self.size().wrapping_sub(before).cast_signed())
    }

    /// Moves values to pages, and reserves room for as many again as had to stay, or for more if that is
    /// little compared to the pages.
    fn turn_pages(&mut self) {
        let (fresh, rest) = (&mut self.fresh, self.rest.get_or_insert_default());
        rest.pages.take(fresh);
        let little = (rest.pages.size() / 64).clamp(FEW, MANY);
        let wanted = little.max(2 * fresh.len());
        match fresh.capacity() {
            less if less < wanted => fresh.reserve_exact(wanted - fresh.len()),
            more if more > 2 * wanted => fresh.shrink_to(wanted),
            _ => {}
        }
    }

    /// The values, sorted.
    pub(super) fn into_ranked(mut self) -> RankedValues {
        let MultisetOverflow {
            mut pages,
            mut wide,
        } = self.rest.map(|rest| *rest).unwrap_or_default();
        sort(&mut wide);
        if pages.is_empty() {
            sort(&mut self.fresh);
            return RankedValues::narrow(self.fresh, wide, W::widen);
        }
        pages.take_all(&mut self.fresh);
        RankedValues::paged(pages.into_ranked(), wide, W::widen)
    }

    /// The values as a state for another partition.
    pub(super) fn into_parts(self) -> MultisetParts<Vec<i32>, ValuePages, Vec<i64>> {
        let MultisetOverflow { pages, wide } = self.rest.map(|rest| *rest).unwrap_or_default();
        MultisetParts {
            narrow: self.fresh,
            pages,
            wide,
        }
    }

    /// Bytes on the heap.
    pub(super) fn size(&self) -> usize {
        let rest = self.rest.as_ref().map_or(0, |rest| {
            size_of::<MultisetOverflow>()
                + rest.pages.size()
                + rest.wide.capacity() * size_of::<i64>()
        });
        self.fresh.capacity() * size_of::<i32>() + rest
    }
}

/// Reserves room for more values: doubles the capacity of short vectors, adds a quarter to long ones.
fn make_room<T>(values: &mut Vec<T>, more: usize) {
    let missing = (values.len() + more).saturating_sub(values.capacity());
    match values.len() {
        _ if missing == 0 => {}
        0..LARGE => values.reserve(more),
        many => values.reserve_exact(more.max(many / 4)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::functions::quantile::exact::width::DurationKey;

    type MicrosecondMultiset = CompactMultiset<DurationKey<1_000_000>>;

    /// A sample of ranks that is small enough to test each.
    fn some(ranks: std::ops::Range<usize>) -> impl Iterator<Item = usize> {
        ranks.clone().take(99).chain(ranks.step_by(997))
    }

    fn copied(
        parts: &MultisetParts<Vec<i32>, ValuePages, Vec<i64>>,
        into: &mut MicrosecondMultiset,
    ) -> isize {
        let mut pages = vec![];
        parts.pages.write(&mut pages);
        let parts = MultisetParts {
            narrow: &parts.narrow[..],
            pages: &pages[..],
            wide: &parts.wide[..],
        };
        into.extend(&parts).unwrap()
    }

    #[test]
    fn a_value_takes_two_bytes_or_less_where_there_are_many() {
        let bytes = |values: &mut dyn Iterator<Item = i64>| {
            let mut set = MicrosecondMultiset::default();
            values.for_each(|value| {
                set.push(value * 1_000_000);
            });
            set.size()
        };
        assert!(bytes(&mut (0..1 << 20).map(|n| n % 1_000)) < 600_000);
        assert!(bytes(&mut (0..1 << 20)) < 1 << 21);
        assert!(bytes(&mut (0..1 << 20).map(|n| n * 7_919 % (1 << 18))) < 600_000);
        // A value far from all others takes four bytes, and as many again while the vector grows.
        assert!(bytes(&mut (0..1 << 16).map(|n| n << 15)) <= 8 << 16);
        assert!(bytes(&mut (0..10).map(|n| n << 20)) <= 64);
    }

    #[test]
    fn long_vectors_do_not_double() {
        let mut wide: Vec<i64> = vec![];
        for value in 0..1 << 20 {
            make_room(&mut wide, 1);
            wide.push(value);
            assert!(wide.len() < 1 << 17 || wide.capacity() < wide.len() * 3 / 2);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn nothing_is_lost(
            range in prop::sample::select(vec![300_i64, 3_000, 1_000_000, 1 << 31]),
            n in 0_usize..150_000,
            seed in any::<i64>(),
            others in prop::collection::vec(any::<i64>(), 0..50),
            parts in 1_usize..4,
        ) {
            // A prime step leaves few values in order.
            let narrow = (0..n as i64).map(|i| seed.wrapping_add(i * 7_919).rem_euclid(range) * 1_000_000);
            let mut all: Vec<i64> = narrow.chain(others).collect();
            let mut sets = vec![MicrosecondMultiset::default(); parts];
            let mut held = vec![0_isize; parts];
            for (row, &value) in all.iter().enumerate() {
                held[row % parts] += sets[row % parts].push(value);
            }
            let mut whole = MicrosecondMultiset::default();
            let mut bytes = 0;
            for (set, held) in sets.into_iter().zip(held) {
                prop_assert_eq!(set.size(), held.unsigned_abs());
                bytes += copied(&set.into_parts(), &mut whole);
            }
            prop_assert_eq!(whole.size(), bytes.unsigned_abs());
            all.sort_unstable();
            let mut ranked = whole.into_ranked();
            prop_assert_eq!(ranked.n(), all.len());
            for rank in some(0..all.len()) {
                prop_assert_eq!(ranked.at(rank), all[rank]);
            }
        }
    }
}
