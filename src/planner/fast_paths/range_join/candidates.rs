//! Ranges in their order.

use std::ops::Range;

/// Ranges whose furthest end is kept, so that many are passed over at once.
const BLOCK: usize = 64;

/// The ranges of the build side, by where they start.
#[derive(Debug, Default)]
pub(super) struct SortedRanges {
    starts: Option<SortedBounds>,
    /// In the order of `rows`; by themselves where ranges have no start.
    ends: Option<SortedBounds>,
    /// The furthest end up to each range, where ranges have both.
    furthest: Vec<u64>,
    /// The furthest end in each block.
    of_blocks: Vec<u64>,
    /// The row of the build side of each range.
    rows: Vec<u32>,
}

/// Bounds of ranges as integers.
#[derive(Debug)]
pub(super) struct SortedBounds {
    pub(super) values: Vec<u64>,
    /// True if a value that equals a bound is outside.
    pub(super) is_strict: bool,
}

impl SortedBounds {
    /// True if `value` is not before the start `place`.
    fn starts_by(&self, place: usize, value: u64) -> bool {
        let start = self.values[place];
        start < value || (start == value && !self.is_strict)
    }

    fn ends_after(&self, end: u64, value: u64) -> bool {
        end > value || (end == value && !self.is_strict)
    }
}

/// Where the value of a row may lie.
#[derive(Debug, Clone)]
pub(super) struct RangeCandidates {
    /// Places among the sorted ranges.
    places: Range<usize>,
    /// Its value to be compared with the ends; `None` if all of them hold it.
    end: Option<u64>,
}

impl RangeCandidates {
    pub(super) const NONE: Self = Self {
        places: 0..0,
        end: None,
    };
}

impl SortedRanges {
    /// Sorts the ranges of these rows.
    pub(super) fn new(
        starts: Option<SortedBounds>,
        ends: Option<SortedBounds>,
        mut rows: Vec<u32>,
    ) -> Self {
        if let Some(first) = starts.as_ref().or(ends.as_ref()) {
            rows.sort_by_key(|&row| first.values[row as usize]);
        }
        let sorted = |bounds: SortedBounds| SortedBounds {
            values: rows
                .iter()
                .map(|&row| bounds.values[row as usize])
                .collect(),
            ..bounds
        };
        let (starts, ends) = (starts.map(sorted), ends.map(sorted));
        let (mut furthest, mut of_blocks) = (vec![], vec![]);
        if let (Some(_), Some(ends)) = (&starts, &ends) {
            let mut far = 0;
            furthest.extend(ends.values.iter().map(|&end| {
                far = far.max(end);
                far
            }));
            let blocks = ends.values.chunks(BLOCK);
            of_blocks.extend(blocks.map(|block| block.iter().copied().max().unwrap_or(0)));
        }
        Self {
            starts,
            ends,
            furthest,
            of_blocks,
            rows,
        }
    }

    /// Number of bytes of so many ranges.
    pub(super) const fn size(ranges: usize) -> usize {
        // Both bounds, before and after they are sorted, the furthest end, and the row.
        ranges * (5 * size_of::<u64>() + size_of::<u32>())
    }

    /// The ranges that may hold a row whose value for their starts is `start`, and for their ends `end`.
    pub(super) fn candidates(&self, start: u64, end: u64) -> RangeCandidates {
        let all = self.rows.len();
        match (&self.starts, &self.ends) {
            (Some(starts), None) => RangeCandidates {
                places: 0..first_place(all, |place| !starts.starts_by(place, start)),
                end: None,
            },
            (None, Some(ends)) => RangeCandidates {
                places: first_place(all, |place| ends.ends_after(ends.values[place], end))..all,
                end: None,
            },
            (Some(starts), Some(ends)) => {
                let last = first_place(all, |place| !starts.starts_by(place, start));
                let first = first_place(last, |place| ends.ends_after(self.furthest[place], end));
                RangeCandidates {
                    places: first..last,
                    end: Some(end),
                }
            }
            (None, None) => RangeCandidates::NONE,
        }
    }

    /// Adds the next rows that `candidates` has to `found`, up to `most` of them; true if there may be more.
    pub(super) fn take(
        &self,
        candidates: &mut RangeCandidates,
        most: usize,
        found: &mut Vec<u32>,
    ) -> bool {
        let (Some(end), Some(ends)) = (candidates.end, &self.ends) else {
            let taken = candidates.places.len().min(most);
            let next = candidates.places.start + taken;
            found.extend_from_slice(&self.rows[candidates.places.start..next]);
            candidates.places.start = next;
            return !candidates.places.is_empty();
        };
        let limit = found.len() + most;
        while candidates.places.start < candidates.places.end {
            let place = candidates.places.start;
            if place.is_multiple_of(BLOCK) && !ends.ends_after(self.of_blocks[place / BLOCK], end) {
                candidates.places.start = place + BLOCK;
                continue;
            }
            if found.len() == limit {
                return true;
            }
            if ends.ends_after(ends.values[place], end) {
                found.push(self.rows[place]);
            }
            candidates.places.start = place + 1;
        }
        false
    }
}

/// The first place up to `all` where `holds`, which then holds at all further ones.
fn first_place(all: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, all);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bounds(values: &[u64], is_strict: bool) -> SortedBounds {
        SortedBounds {
            values: values.to_vec(),
            is_strict,
        }
    }

    fn found(ranges: &SortedRanges, start: u64, end: u64, most: usize) -> Vec<u32> {
        let (mut candidates, mut found) = (ranges.candidates(start, end), vec![]);
        while ranges.take(&mut candidates, most, &mut found) {}
        found.sort_unstable();
        found
    }

    proptest! {
        #[test]
        fn candidates_are_the_ranges_that_hold_a_value(
            ranges in prop::collection::vec((0_u64..40, 0_u64..40), 0..300),
            values in prop::collection::vec((0_u64..40, 0_u64..40), 1..20),
            strict: [bool; 2],
            most in 1_usize..200,
        ) {
            let starts: Vec<u64> = ranges.iter().map(|range| range.0).collect();
            let ends: Vec<u64> = ranges.iter().map(|range| range.1).collect();
            let rows: Vec<u32> = (0..u32::try_from(ranges.len()).unwrap()).collect();
            let both = [true, false].map(|has_start| [true, false].map(|has_end| (has_start, has_end)));
            for (has_start, has_end) in both.into_iter().flatten().filter(|has| has.0 || has.1) {
                let sorted = SortedRanges::new(
                    has_start.then(|| bounds(&starts, strict[0])),
                    has_end.then(|| bounds(&ends, strict[1])),
                    rows.clone(),
                );
                for &(start, end) in &values {
                    let holds = |&row: &u32| {
                        let (from, to) = ranges[row as usize];
                        let starts = if strict[0] { from < start } else { from <= start };
                        let ends = if strict[1] { end < to } else { end <= to };
                        (starts || !has_start) && (ends || !has_end)
                    };
                    let expected: Vec<u32> = rows.iter().copied().filter(holds).collect();
                    prop_assert_eq!(found(&sorted, start, end, most), expected);
                }
            }
        }
    }
}
