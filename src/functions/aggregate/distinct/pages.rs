//! Many ids: bits where they lie close together, a sorted list where they do not.

use std::collections::BTreeMap;

use roaring::{RoaringBitmap, RoaringTreemap};

/// Values from which on roaring has bits in a container instead of an array.
const ARRAY_LIMIT: u64 = 4096;

/// Ids of one page, which is what one container of a roaring bitmap holds.
const PAGE_BITS: u32 = 16;
const PAGE_BYTES: usize = 1 << (PAGE_BITS - 3);

/// One bit an id, the lowest first.
type IdBitmapPage = [u8; PAGE_BYTES];

/// Ids for which a page of bits takes at most four times the memory of a list.
const PAYS: usize = 256;

/// How many empty slots of the directory one page may bring.
const GAPS: u64 = 64;

/// Distinct ids. Of those inserted, one whose page exists is in its page, every other in `rest`.
#[derive(Debug, Default)]
pub(super) struct PagedIdSet {
    /// The number of the first page.
    first: u64,
    /// Consecutive pages; those without a slot or without bits have their ids in `rest`.
    pages: Vec<Option<Box<IdBitmapPage>>>,
    held: usize,
    /// In order and each once as far as `in_order`, as they came after that.
    rest: Vec<u64>,
    in_order: usize,
    /// What came from elsewhere, whole; it may hold ids that are in the other parts too.
    merged: RoaringTreemap,
    merged_bytes: usize,
    /// Bytes on the heap when last counted.
    counted: usize,
}

impl PagedIdSet {
    #[inline]
    pub(super) fn insert(&mut self, id: u64, heap: &mut usize) {
        if !self.set(id) {
            self.insert_rest(id, heap);
        }
    }

    /// Sets the bit of `id` if there is one.
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

    /// Puts `rest` in order and gives pages of their own to ids of it that lie close together. Each
    /// id is sorted once, among those that came with it; after that lists in order are merged.
    fn tidy(&mut self) {
        if self.in_order == self.rest.len() {
            return;
        }
        self.rest[self.in_order..].sort_unstable();
        // This sort finds the two runs and merges them.
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

    /// Makes those pages of `numbers`, which are in order, that the directory can have.
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

    /// Widens the directory for as many of `numbers` as do not lie too far out.
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

    /// Adds all of `bitmap`.
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

    /// The ids that lie close together, and those merged.
    ///
    /// `from_lsb0_bytes` of roaring 0.11 keeps a container of exactly [`ARRAY_LIMIT`] values as bits, and writes
    /// it so, but its reader takes that many values for an array: one by one they go into an array at once.
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

    /// The ids that lie far apart, in order.
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

    /// Bytes on the heap, as far as they were counted.
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

/// Where page `number` is in a directory that begins with `first`; past every end when before it.
#[inline]
fn slot(first: u64, number: u64) -> usize {
    usize::try_from(number.wrapping_sub(first)).unwrap_or(usize::MAX)
}
