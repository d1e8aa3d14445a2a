//! The number of the text of each key, two bytes a key.

use arrow::array::{Array, ArrowPrimitiveType, PrimitiveArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::common::HashMap;

use super::texts::ABSENT;
use crate::planner::fast_paths::dense_join::Bits;

/// Keys of a page.
const PAGE: usize = 1 << 16;

/// Pages may have this many places for each row that was met, beside [`SMALL`] of them.
const SPARSE: usize = 16;

/// See [`SPARSE`].
const SMALL: usize = 1 << 20;

/// As many pages may lie between the first and the last.
const FAR: u64 = 1 << 20;

/// Pages of the keys that one partition met.
#[derive(Debug, Default)]
pub(super) struct Pages {
    pages: HashMap<u64, Box<[u16]>>,
    rows: usize,
}

impl Pages {
    /// Gives each key that `selected` lets through the better of its number and that in `numbers`.
    pub(super) fn put<T: ArrowPrimitiveType<Native: Bits>>(
        &mut self,
        keys: &PrimitiveArray<T>,
        selected: Option<&BooleanBuffer>,
        numbers: &[u16],
        ranks: &[u16],
    ) {
        let valid = keys.nulls().map(NullBuffer::inner);
        let selected = match (selected, valid) {
            (Some(selected), Some(valid)) => Some(selected & valid),
            (selected, valid) => selected.or(valid).cloned(),
        };
        let passes = |row: usize| selected.as_ref().is_none_or(|rows| rows.value(row));
        let places = keys.values().iter().map(|&key| place(key));
        let mut rows = places.zip(numbers).enumerate().peekable();
        while let Some((row, ((number, first), &text))) = rows.next() {
            if !passes(row) {
                continue;
            }
            let page = self.pages.entry(number);
            let page = page.or_insert_with(|| vec![ABSENT; PAGE].into());
            better(&mut page[first], text, ranks);
            // Keys next to each other are of one page for the most part.
            while let Some((row, ((_, place), &text))) =
                rows.next_if(|(_, ((next, _), _))| *next == number)
            {
                if passes(row) {
                    better(&mut page[place], text, ranks);
                }
            }
        }
        self.rows += keys.len();
    }

    /// True when most places of the pages are empty.
    pub(super) fn are_sparse(&self) -> bool {
        self.pages.len() * PAGE > self.rows * SPARSE + SMALL
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.pages.len() * PAGE * size_of::<u16>()
    }
}

#[inline]
fn better(place: &mut u16, text: u16, ranks: &[u16]) {
    if *place != text && ranks[usize::from(text)] > ranks[usize::from(*place)] {
        *place = text;
    }
}

/// The page of a key, and its place there. Keys around 0 lie next to each other.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the rest is the page")]
fn place(key: impl Bits) -> (u64, usize) {
    let bits = key.bits().wrapping_add(1 << 63);
    (bits >> 16, bits as usize % PAGE)
}

/// The pages of all partitions.
#[derive(Debug)]
pub(super) struct Book {
    first: u64,
    pages: Vec<Option<Box<[u16]>>>,
}

impl Book {
    /// The pages of `parts`, each with what becomes of its numbers, of which the higher one stays where a
    /// key has several. `None` where pages lie far from each other.
    pub(super) fn of(parts: Vec<(Pages, Vec<u16>)>) -> Option<Self> {
        let all = || parts.iter().flat_map(|(pages, _)| pages.pages.keys());
        let first = all().min().copied().unwrap_or(0);
        let span = all().max().map_or(0, |last| last - first + 1);
        if span > FAR {
            return None;
        }
        let mut book: Vec<Option<Box<[u16]>>> = vec![];
        book.resize(usize::try_from(span).ok()?, None);
        for (pages, numbers) in parts {
            for (place, mut page) in pages.pages {
                for number in &mut page {
                    *number = numbers[usize::from(*number)];
                }
                let known = &mut book[usize::try_from(place - first).ok()?];
                match known {
                    None => *known = Some(page),
                    Some(known) => {
                        let both = known.iter_mut().zip(&page);
                        both.for_each(|(known, more)| *known = (*known).max(*more));
                    }
                }
            }
        }
        Some(Self { first, pages: book })
    }

    /// The number of the text of `key`.
    #[inline]
    pub(super) fn number(&self, key: impl Bits) -> u16 {
        let (page, place) = place(key);
        let offset = usize::try_from(page.wrapping_sub(self.first)).unwrap_or(usize::MAX);
        match self.pages.get(offset) {
            Some(Some(page)) => page[place],
            _ => ABSENT,
        }
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        let pages = self.pages.iter().flatten().count();
        pages * PAGE * size_of::<u16>() + size_of_val(self.pages.as_slice())
    }
}
