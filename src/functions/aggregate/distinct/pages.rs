//! Many ids: bitmaps where they lie close together, a sorted list where they do not.

use std::collections::BTreeMap;

use roaring::{RoaringBitmap, RoaringTreemap};

/// Number of values from which roaring stores a container as bits instead of an array.
const ARRAY_LIMIT: u64 = 4096;

/// Bits per page, which is one container of a roaring bitmap.
const PAGE_BITS: u32 = 16;
const PAGE_BYTES: usize = 1 << (PAGE_BITS - 3);

/// One bit per id, lowest first.
type IdBitmapPage = [u8; PAGE_BYTES];

/// Number of ids for which a bitmap page takes at most four times the memory of a list.
const PAYS: usize = 256;

/// Number of empty directory slots allowed per page.
const GAPS: u64 = 64;

/// Distinct ids. An inserted id goes to its page if that exists, otherwise to `rest`.
#[derive(Debug, Default)]
pub(super) struct PagedIdSet {
    /// Number of the first page.
    first: u64,
    /// Consecutive pages; ids outside of them or of an absent page are in `rest`.
    pages: Vec<Option<Box<IdBitmapPage>>>,
    held: usize,
    /// Sorted and distinct up to `in_order`, in insertion order after that.
    rest: Vec<u64>,
    in_order: usize,
    /// Union of the merged bitmaps; it may hold ids that are in the other parts too.
    merged: RoaringTreemap,
    merged_bytes: usize,
    /// Heap bytes at the last count.
    counted: usize,
}

impl PagedIdSet {
    #[inline]
    pub(super) fn insert(&mut self, id: u64, heap: &mut usize) {
        if !self.set(id) {
            self.insert_rest(id, heap);
        }
    }

    /// Sets the bit of `id`; false if `id` has no page.
    #[inline]
    fn set(&mut self, id: u64) -> bool {
        let slot = slot(self.first, id >> PAGE_BITS);
        let Some(Some(page)) = self.pages.get_mut(slot) else {
            return false;
        };
        let [low, high, ..] = id.to_le_bytes();
        let at = usize::from(u16::from_le_bytes([low, high]));
        page[at / 8] |= 1 << (at % 8);
        true
    }

    fn insert_rest(&mut self, id: u64, heap: &mut usize) {
        let capacity = self.rest.capacity();
        self.rest.push(id);
        let is_long = self.rest.len() >= (2 * self.in_order).max(2 * PAYS);
        if is_long {
            self.tidy();
        }
        if is_long || self.rest.capacity() != capacity {
            self.count_bytes(heap);
        }
    }

    /// Sorts `rest` and moves ids that lie close together to pages of their own. New ids are sorted once
    /// among themselves; after that only sorted lists are merged.
    fn tidy(&mut self) {
        if self.in_order == self.rest.len() {
            return;
        }
        self.rest[self.in_order..].sort_unstable();
        // A stable sort detects the two runs and merges them.
        self.rest.sort();
        self.rest.dedup();
        let of_one_page = |a: &u64, b: &u64| a >> PAGE_BITS == b >> PAGE_BITS;
        let dense = self.rest.chunk_by(of_one_page);
        let dense = dense.filter(|ids| ids.len() >= PAYS);
        let numbers: Vec<u64> = dense.map(|ids| ids[0] >> PAGE_BITS).collect();
        if self.make_pages(&numbers) {
            let mut rest = std::mem::take(&mut self.rest);
            rest.retain(|&id| !self.set(id));
            rest.shrink_to_fit();
            self.rest = rest;
        }
        self.in_order = self.rest.len();
    }

    /// Creates the pages of `numbers` (sorted) that fit the directory; true if it created any.
    fn make_pages(&mut self, numbers: &[u64]) -> bool {
        self.make_room(numbers);
        let before = self.held;
        for &number in numbers {
            if let Some(page) = self.pages.get_mut(slot(self.first, number)) {
                *page = Some(Box::new([0; PAGE_BYTES]));
                self.held += 1;
            }
        }
        self.held > before
    }

    /// Extends the directory for those of `numbers` that do not lie too far out.
    fn make_room(&mut self, numbers: &[u64]) {
        let Some(&lowest) = numbers.first() else {
            return;
        };
        let slots = u64::try_from(self.held + numbers.len()).unwrap_or(u64::MAX);
        let limit = slots.saturating_mul(GAPS);
        if self.pages.is_empty() {
            self.first = lowest;
        }
        let end = self.first.saturating_add(self.pages.len() as u64);
        if lowest < self.first && end - lowest <= limit {
            let more = slot(lowest, self.first);
            let empty = std::iter::repeat_with(|| None).take(more);
            self.pages.splice(..0, empty);
            self.first = lowest;
        }
        let within = |number: &&u64| **number >= self.first && **number - self.first < limit;
        if let Some(&highest) = numbers.iter().rev().find(within) {
            let slots = slot(self.first, highest) + 1;
            if slots > self.pages.len() {
                self.pages.resize_with(slots, || None);
            }
        }
    }

    /// Adds all ids of `bitmap`.
    pub(super) fn merge(&mut self, bitmap: RoaringTreemap, heap: &mut usize) {
        self.merged |= bitmap;
        self.merged_bytes = self.merged.serialized_size();
        self.count_bytes(heap);
    }

    pub(super) fn len(&mut self) -> u64 {
        self.tidy();
        if self.merged.is_empty() {
            let pages = self.pages.iter().flatten();
            return self.rest.len() as u64 + pages.map(|page| ones(page)).sum::<u64>();
        }
        let rest = self.rest.iter().filter(|id| !self.merged.contains(**id));
        rest.count() as u64 + self.bitmap().len()
    }

    /// Ids of the pages and merged ids as one bitmap.
    ///
    /// `from_lsb0_bytes` of roaring 0.11 keeps a container of exactly [`ARRAY_LIMIT`] values as bits and
    /// writes it so, but its reader expects an array for that many values. Such ids are inserted one by one,
    /// which creates an array.
    pub(super) fn bitmap(&self) -> RoaringTreemap {
        let mut parts: BTreeMap<u32, RoaringBitmap> = BTreeMap::new();
        for (number, page) in (self.first..).zip(&self.pages) {
            if let Some(page) = page {
                let [a, b, c, d, e, f, g, h] = (number << PAGE_BITS).to_le_bytes();
                let high = u32::from_le_bytes([e, f, g, h]);
                let low = u32::from_le_bytes([a, b, c, d]);
                let mut bits = RoaringBitmap::from_lsb0_bytes(low, page.as_slice());
                if bits.len() == ARRAY_LIMIT {
                    bits = bits.iter().collect();
                }
                *parts.entry(high).or_default() |= bits;
            }
        }
        let mut all = RoaringTreemap::from_bitmaps(parts);
        all |= &self.merged;
        all
    }

    /// Ids that lie far apart, sorted.
    pub(super) fn rest(&mut self) -> &[u64] {
        self.tidy();
        &self.rest
    }

    fn count_bytes(&mut self, heap: &mut usize) {
        let bytes = self.rest.capacity() * size_of::<u64>()
            + self.pages.capacity() * size_of::<Option<Box<IdBitmapPage>>>()
            + self.held * PAGE_BYTES
            + self.merged_bytes;
        *heap = *heap + bytes - self.counted;
        self.counted = bytes;
    }

    /// Heap bytes at the last count.
    pub(super) fn heap(&self) -> usize {
        self.counted
    }
}

fn ones(page: &IdBitmapPage) -> u64 {
    let (words, _) = page.as_chunks::<8>();
    let ones = words
        .iter()
        .map(|word| u64::from_le_bytes(*word).count_ones());
    ones.map(u64::from).sum()
}

/// Index of page `number` in a directory that begins with `first`; out of bounds for earlier pages.
#[inline]
fn slot(first: u64, number: u64) -> usize {
    usize::try_from(number.wrapping_sub(first)).unwrap_or(usize::MAX)
}
