//! Counts by value as a sorted run, and rows that wait to be counted.
//!
//! A hash map of the values would miss the cache on every row: durations have hundred thousands of values. Rows that
//! wait are sorted while they are in the cache, and merged into the run when they are as many as it is long.

use std::cmp::Ordering;

/// Rows that wait at least before they are sorted.
const LEAST_WAITING: usize = 1 << 15;

/// A value with the counts of its kinds.
type CountedValue<const K: usize, const N: usize> = ([i128; K], [i64; N]);

/// Counts of `N` kinds at each value of `K` parts.
#[derive(Debug, Clone, Default)]
pub(crate) struct ValueCounts<const K: usize, const N: usize> {
    /// Ascending, each value once, without those whose counts are 0.
    run: Vec<CountedValue<K, N>>,
    /// One row each: its value, and its kind if it is added, or that one bitwise negated if it is taken away.
    rows: Vec<([i64; K], i32)>,
    /// Of values beyond 64 bits, and of several rows at once.
    others: Vec<CountedValue<K, N>>,
}

impl<const K: usize, const N: usize> ValueCounts<K, N> {
    /// Adds `n` rows of a kind at `value`; `n` may be negative for rows that leave a frame.
    pub(crate) fn add(&mut self, value: [i128; K], kind: usize, n: i64) {
        match (narrowed(value), i32::try_from(kind)) {
            (Some(value), Ok(kind)) if n == 1 => self.rows.push((value, kind)),
            (Some(value), Ok(kind)) if n == -1 => self.rows.push((value, !kind)),
            _ => {
                let mut counts = [0; N];
                if let Some(count) = counts.get_mut(kind) {
                    *count = n;
                }
                self.others.push((value, counts));
            }
        }
        if self.rows.len() + self.others.len() >= self.run.len().max(LEAST_WAITING) {
            self.settle();
        }
    }

    /// Counts the rows that wait.
    pub(crate) fn settle(&mut self) {
        if !self.rows.is_empty() {
            self.rows.sort_unstable();
            let rows = counted(&self.rows);
            self.rows.clear();
            self.run = merged(&self.run, &rows);
        }
        if !self.others.is_empty() {
            let mut others = std::mem::take(&mut self.others);
            others.sort_unstable_by_key(|(value, _)| *value);
            self.run = merged(&self.run, &merged(&[], &others));
        }
    }

    /// The values in order, with their counts.
    pub(crate) fn sorted(&self) -> Vec<CountedValue<K, N>> {
        if self.rows.is_empty() && self.others.is_empty() {
            return self.run.clone();
        }
        let mut settled = self.clone();
        settled.settle();
        settled.run
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        (self.run.capacity() + self.others.capacity()) * size_of::<CountedValue<K, N>>()
            + self.rows.capacity() * size_of::<([i64; K], i32)>()
    }
}

/// A value whose parts have 64 bits.
fn narrowed<const K: usize>(value: [i128; K]) -> Option<[i64; K]> {
    let mut narrow = [0; K];
    for (to, part) in narrow.iter_mut().zip(value) {
        *to = i64::try_from(part).ok()?;
    }
    Some(narrow)
}

/// A run of sorted rows.
fn counted<const K: usize, const N: usize>(rows: &[([i64; K], i32)]) -> Vec<CountedValue<K, N>> {
    let of_value = rows.chunk_by(|one, other| one.0 == other.0);
    of_value
        .map(|rows| {
            let mut counts = [0; N];
            for (_, kind) in rows {
                let (kind, n) = if *kind < 0 { (!*kind, -1) } else { (*kind, 1) };
                let count = usize::try_from(kind)
                    .ok()
                    .and_then(|kind| counts.get_mut(kind));
                if let Some(count) = count {
                    *count += n;
                }
            }
            (rows[0].0.map(i128::from), counts)
        })
        .collect()
}

/// One run of two that are in order, the counts of equal values added up, also within one of them.
fn merged<const K: usize, const N: usize>(
    left: &[CountedValue<K, N>],
    right: &[CountedValue<K, N>],
) -> Vec<CountedValue<K, N>> {
    let mut run: Vec<CountedValue<K, N>> = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some(one), Some(other)) if one.0.cmp(&other.0) == Ordering::Greater => right.next(),
            (Some(_), _) => left.next(),
            (None, _) => right.next(),
        };
        let Some((value, counts)) = next else { break };
        match run.last_mut() {
            Some((last, sums)) if last == value => {
                for (sum, count) in sums.iter_mut().zip(counts) {
                    *sum += count;
                }
            }
            _ => run.push((*value, *counts)),
        }
    }
    run.retain(|(_, counts)| counts.iter().any(|count| *count != 0));
    run
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn naive(adds: &[(i128, usize, i64)]) -> Vec<CountedValue<1, 2>> {
        let mut counts: BTreeMap<i128, [i64; 2]> = BTreeMap::new();
        for (value, kind, n) in adds {
            counts.entry(*value).or_default()[*kind] += n;
        }
        counts
            .into_iter()
            .filter(|(_, counts)| *counts != [0, 0])
            .map(|(value, counts)| ([value], counts))
            .collect()
    }

    #[test]
    fn rows_that_wait_are_counted_too() {
        let adds: Vec<(i128, usize, i64)> = (0..200_000_i128)
            .map(|row| ((row * row) % 50_021 - 9, usize::from(row % 3 == 0), 1))
            .collect();
        let mut counts = ValueCounts::<1, 2>::default();
        for (value, kind, n) in &adds {
            counts.add([*value], *kind, *n);
        }
        assert_eq!(counts.sorted(), naive(&adds));
        counts.settle();
        assert_eq!(counts.sorted(), naive(&adds));
    }

    proptest! {
        #[test]
        fn any_order_of_adding_and_taking_away_gives_the_same_counts(
            adds in prop::collection::vec(
                (
                    prop_oneof![-4..4_i128, Just(i128::MAX), Just(i128::from(i64::MIN) - 1)],
                    0..2_usize,
                    prop_oneof![Just(1_i64), Just(-1), -9..9_i64],
                ),
                0..60,
            ),
            settled in 0..60_usize,
        ) {
            let mut counts = ValueCounts::<1, 2>::default();
            for (place, (value, kind, n)) in adds.iter().enumerate() {
                counts.add([*value], *kind, *n);
                if place == settled {
                    counts.settle();
                }
            }
            prop_assert_eq!(counts.sorted(), naive(&adds));
        }
    }
}
