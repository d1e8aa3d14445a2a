//! Many values of four bytes, by the upper half of their bits: the values of a page differ in two bytes.

use super::page_values::{PageValues, PowerSums};
use super::radix_sort::sort;
use super::stored_state::InvalidMultisetState;
use crate::functions::kernels::extremes::least_and_greatest;

/// Least number of values for which a page is created.
const ENOUGH: usize = 32;

/// Largest number of pages whose values are sorted through a table at once.
const SPAN: usize = 1 << 10;

/// Pages in the order of their values, none of them empty.
#[derive(Debug, Clone, Default)]
pub(super) struct ValuePages {
    pages: Vec<ValuePage>,
    /// Heap bytes of the pages.
    bytes: usize,
    /// The page that received most of the last values.
    busiest: i16,
}

#[derive(Debug, Clone)]
struct ValuePage {
    upper: i16,
    lows: PageValues,
}

impl ValuePages {
    pub(super) fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Removes the values that have a page or are enough for one; the others stay in `values`.
    pub(super) fn take(&mut self, values: &mut Vec<i32>) {
        self.take_from(values, ENOUGH);
    }

    /// Moves all values to pages.
    pub(super) fn take_all(&mut self, values: &mut Vec<i32>) {
        self.take_from(values, 0);
    }

    fn take_from(&mut self, values: &mut Vec<i32>, enough: usize) {
        let lows = split_off(values, self.busiest.into());
        if !lows.is_empty() && !self.extend(self.busiest.into(), &lows, enough) {
            values.extend(lows.iter().map(|&low| joined(self.busiest.into(), low)));
        }
        let Some([least, most]) = least_and_greatest(values) else {
            return;
        };
        let first = least >> 16;
        let mut ends = [0; SPAN];
        let span = usize::try_from((most >> 16) - first + 1).unwrap_or(usize::MAX);
        let Some(ends) = ends.get_mut(..span) else {
            return self.take_far(values, enough);
        };
        let mut busiest = lows.len();
        let mut lows = vec![0; values.len()];
        by_upper(values, first, ends, &mut lows);
        values.clear();
        let mut start = 0;
        for (upper, &end) in (first..).zip(&*ends) {
            let run = &lows[std::mem::replace(&mut start, end as usize)..end as usize];
            if run.is_empty() {
                continue;
            }
            if !self.extend(upper, run, enough) {
                values.extend(run.iter().map(|&low| joined(upper, low)));
            } else if run.len() > busiest {
                busiest = run.len();
                self.busiest = i16::try_from(upper).unwrap_or_default();
            }
        }
    }

    /// Same as [`Self::take_from`], for values that are far from each other.
    fn take_far(&mut self, values: &mut Vec<i32>, enough: usize) {
        sort(values);
        let mut kept = vec![];
        for run in values.chunk_by(|a, b| a >> 16 == b >> 16) {
            let lows: Vec<u16> = run.iter().map(|&value| low(value)).collect();
            if !self.extend(run[0] >> 16, &lows, enough) {
                kept.extend_from_slice(run);
            }
        }
        values.clear();
        values.append(&mut kept);
    }

    /// False if there is no page and the values are too few for one.
    fn extend(&mut self, upper: i32, lows: &[u16], enough: usize) -> bool {
        let Ok(upper) = i16::try_from(upper) else {
            return false;
        };
        let place = match self.place(upper) {
            Ok(place) => place,
            Err(_) if lows.len() < enough => return false,
            Err(place) => {
                let lows = PageValues::List(vec![]);
                self.pages.insert(place, ValuePage { upper, lows });
                place
            }
        };
        let page = &mut self.pages[place].lows;
        let before = page.size();
        page.extend(lows);
        self.bytes = self.bytes - before + page.size();
        true
    }

    fn place(&self, upper: i16) -> Result<usize, usize> {
        self.pages.binary_search_by_key(&upper, |page| page.upper)
    }

    fn insert(&mut self, upper: i16, lows: PageValues) {
        match self.place(upper) {
            Ok(place) => {
                let page = &mut self.pages[place].lows;
                let before = page.size();
                page.merge(lows);
                self.bytes = self.bytes - before + page.size();
            }
            Err(place) => {
                self.bytes += lows.size();
                self.pages.insert(place, ValuePage { upper, lows });
            }
        }
    }

    /// Length of the form written by [`Self::write`], in bytes.
    pub(super) fn written(&self) -> usize {
        let lengths = self.pages.iter().map(|page| page.lows.written().1);
        lengths.sum::<usize>() + self.pages.len() * HEAD
    }

    /// Appends the serialized pages: number, kind, length and values of each.
    pub(super) fn write(&self, into: &mut Vec<u8>) {
        for ValuePage { upper, lows } in &self.pages {
            let (kind, length) = lows.written();
            into.extend(upper.to_le_bytes());
            into.push(kind);
            // A page has at most 2^19 bytes.
            into.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
            lows.write(into);
        }
    }

    /// Adds the pages serialized by [`Self::write`].
    ///
    /// # Errors
    /// When they are malformed.
    pub(super) fn read(&mut self, mut bytes: &[u8]) -> Result<(), InvalidMultisetState> {
        while !bytes.is_empty() {
            let (&[a, b, kind, length @ ..], rest) = bytes
                .split_first_chunk::<HEAD>()
                .ok_or(InvalidMultisetState)?;
            let length = u32::from_le_bytes(length) as usize;
            let (told, rest) = rest.split_at_checked(length).ok_or(InvalidMultisetState)?;
            self.insert(i16::from_le_bytes([a, b]), PageValues::read(kind, told)?);
            bytes = rest;
        }
        Ok(())
    }

    /// Bytes on the heap.
    pub(super) fn size(&self) -> usize {
        self.bytes + self.pages.capacity() * size_of::<ValuePage>()
    }

    /// The pages, with the cumulative number of values up to the end of each.
    pub(super) fn into_ranked(self) -> RankedPages {
        let mut n = 0;
        let ends = self.pages.iter().map(|page| {
            n += page.lows.n();
            n
        });
        RankedPages {
            ends: ends.collect(),
            are_in_order: vec![false; self.pages.len()],
            pages: self.pages,
        }
    }
}

const HEAD: usize = 7;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the lower half"
)]
fn low(value: i32) -> u16 {
    value as u16
}

fn joined(upper: i32, low: u16) -> i32 {
    upper << 16 | i32::from(low)
}

/// Removes the values with this upper half and returns their lower halves. If most values have it, this is
/// faster than counting, since one count would wait for the other.
fn split_off(values: &mut Vec<i32>, upper: i32) -> Vec<u16> {
    let mut lows = vec![0; values.len()];
    let (mut found, mut kept) = (0, 0);
    for place in 0..values.len() {
        let value = values[place];
        lows[found] = low(value);
        values[kept] = value;
        let is_such = usize::from(value >> 16 == upper);
        found += is_such;
        kept += 1 - is_such;
    }
    values.truncate(kept);
    lows.truncate(found);
    lows
}

/// Sorts the lower halves of values by their upper halves, which start at `first`, and sets `ends` to the
/// end of each; `ends` must hold zeros.
fn by_upper(values: &[i32], first: i32, ends: &mut [u32], lows: &mut [u16]) {
    let upper = |value: i32| usize::try_from((value >> 16) - first).unwrap_or_default();
    for &value in values {
        ends[upper(value)] += 1;
    }
    let mut start = 0;
    for end in &mut *ends {
        start += std::mem::replace(end, start);
    }
    for &value in values {
        let place = &mut ends[upper(value)];
        lows[*place as usize] = low(value);
        *place += 1;
    }
}

/// Pages from which single values are read.
#[derive(Debug, Clone)]
pub(super) struct RankedPages {
    pages: Vec<ValuePage>,
    ends: Vec<usize>,
    /// True for sorted pages; a page is sorted on first access.
    are_in_order: Vec<bool>,
}

impl RankedPages {
    pub(super) fn n(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    fn start(&self, place: usize) -> usize {
        place.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// The page at this index, sorted.
    fn page(&mut self, place: usize) -> &ValuePage {
        let page = &mut self.pages[place];
        if !std::mem::replace(&mut self.are_in_order[place], true) {
            page.lows.sort();
        }
        page
    }

    /// The value at `rank`, counted from 0.
    pub(super) fn at(&mut self, rank: usize) -> i32 {
        let place = self.ends.partition_point(|&end| end <= rank);
        let start = self.start(place);
        let page = self.page(place);
        i32::from(page.upper) << 16 | i32::from(page.lows.at(rank - start))
    }

    /// Number of values less than `value`.
    pub(super) fn below(&mut self, value: i32) -> usize {
        let upper = value >> 16;
        let place = self
            .pages
            .partition_point(|page| i32::from(page.upper) < upper);
        let start = self.start(place);
        match self.pages.get(place) {
            Some(page) if i32::from(page.upper) == upper => {
                start + self.page(place).lows.below(low(value).into())
            }
            _ => start,
        }
    }

    pub(super) fn sums(&self) -> PowerSums {
        let mut all = PowerSums::default();
        for (place, page) in self.pages.iter().enumerate() {
            let PowerSums { sum, squares } = page.lows.sums();
            let base = i128::from(page.upper) << 16;
            let moved = (self.ends[place] - self.start(place)) as i128 * base;
            all.sum += moved + sum;
            all.squares += moved * base + 2 * base * sum + squares;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All values of a few pages.
    fn values(pages: ValuePages) -> Vec<i32> {
        let mut ranked = pages.into_ranked();
        (0..ranked.n()).map(|rank| ranked.at(rank)).collect()
    }

    #[test]
    fn values_without_company_stay() {
        let mut pages = ValuePages::default();
        let mut given: Vec<i32> = (0..32)
            .chain(65_536..65_567)
            .chain([-1, i32::MAX])
            .collect();
        pages.take(&mut given);
        // These are too far from each other for the table, so they stay sorted.
        let alone: Vec<i32> = [-1]
            .into_iter()
            .chain(65_536..65_567)
            .chain([i32::MAX])
            .collect();
        assert_eq!(given, alone);
        assert_eq!(values(pages.clone()), (0..32).collect::<Vec<_>>());
        // With an existing page, a single value is accepted.
        let mut more = vec![7];
        pages.take(&mut more);
        assert!(more.is_empty());
        pages.take_all(&mut given);
        assert!(given.is_empty());
        assert_eq!(pages.into_ranked().n(), 66);
    }

    #[test]
    fn changed_pages_are_refused() {
        let mut pages = ValuePages::default();
        pages.take(&mut (0..100).collect());
        let mut bytes = vec![];
        pages.write(&mut bytes);
        assert!(ValuePages::default().read(&bytes).is_ok());
        for length in 1..bytes.len() {
            assert!(
                ValuePages::default().read(&bytes[..length]).is_err(),
                "{length}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn nothing_is_lost(
            base in prop::sample::select(vec![i32::MIN, -70_000, 0, 2_000_000_000]),
            range in prop::sample::select(vec![1_i64, 500, 200_000, 147_000_000]),
            n in 1_usize..60_000,
            parts in 1_usize..4,
        ) {
            let step = |i: i64| i32::try_from(i * 7_919 % range).unwrap();
            let all: Vec<i32> = (0..n as i64).map(|i| base + step(i)).collect();
            let mut merged = ValuePages::default();
            let mut left = vec![];
            for part in all.chunks(n.div_ceil(parts)) {
                let mut pages = ValuePages::default();
                for some in part.chunks(3_000) {
                    left.extend_from_slice(some);
                    pages.take(&mut left);
                }
                let mut bytes = vec![];
                pages.write(&mut bytes);
                prop_assert_eq!(bytes.len(), pages.written());
                prop_assert!(merged.read(&bytes).is_ok());
            }
            merged.take_all(&mut left);
            let held: usize = merged.pages.iter().map(|page| page.lows.size()).sum();
            prop_assert_eq!(merged.bytes, held);
            let mut sorted = all;
            sorted.sort_unstable();
            let mut ranked = merged.into_ranked();
            for value in [sorted[0], sorted[n / 2], sorted[n - 1], base, 0, i32::MAX] {
                let below = sorted.partition_point(|&each| each < value);
                prop_assert_eq!(ranked.below(value), below);
            }
            let sums = sorted.iter().map(|&v| i128::from(v)).fold(
                PowerSums::default(),
                |s, v| PowerSums { sum: s.sum + v, squares: s.squares + v * v },
            );
            prop_assert_eq!(ranked.sums(), sums);
            let told: Vec<i32> = (0..ranked.n()).step_by(97).map(|rank| ranked.at(rank)).collect();
            let asked: Vec<i32> = sorted.into_iter().step_by(97).collect();
            prop_assert_eq!(told, asked);
        }
    }
}
