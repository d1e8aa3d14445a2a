//! Counts by value as a sorted run, and rows that wait to be counted.
//!
//! A hash map of the values would miss the cache on every row: durations have hundred thousands of values. Rows that
//! wait are sorted while they are in the cache, and merged into the run when they are as many as it is long.

use std::cmp::Ordering;

/// Rows that wait at least before they are sorted.
const LEAST_WAITING: usize = 1 << 15;

/// A run that is this many times shorter waits: each one would copy the long one.
const FEWER: usize = 4;

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
        self.settle_if_many();
    }

    fn settle_if_many(&mut self) {
        if self.rows.len() + self.others.len() >= self.run.len().max(LEAST_WAITING) {
            self.settle();
        }
    }

    /// Counts the rows that wait.
    pub(crate) fn settle(&mut self) {
        if !self.rows.is_empty() {
            self.rows
                .sort_unstable_by(|one, other| order(&one.0, &other.0));
            let rows = counted(&self.rows);
            self.rows.clear();
            self.run = merged(&self.run, &rows);
        }
        if !self.others.is_empty() {
            let mut others = std::mem::take(&mut self.others);
            others.sort_unstable_by(|one, other| order(&one.0, &other.0));
            self.run = merged(&self.run, &merged(&[], &others));
        }
    }

    /// Adds the counts of values that are in order, each value once.
    pub(super) fn add_run(&mut self, run: &[([i128; K], [i64; N])]) {
        let is_ascending = run.is_sorted_by(|one, other| order(&one.0, &other.0) == Ordering::Less);
        if is_ascending && run.len() * FEWER >= self.run.len() {
            self.run = merged(&self.run, run);
        } else {
            self.others.extend_from_slice(run);
            self.settle_if_many();
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
    let mut add = |(value, counts): &CountedValue<K, N>| match run.last_mut() {
        Some((last, sums)) if order(last, value) == Ordering::Equal => {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        _ => run.push((*value, *counts)),
    };
    let (mut left, mut right) = (left, right);
    while let ([one, rest_of_left @ ..], [other, rest_of_right @ ..]) = (left, right) {
        if order(&one.0, &other.0) == Ordering::Greater {
            add(other);
            right = rest_of_right;
        } else {
            add(one);
            left = rest_of_left;
        }
    }
    left.iter().chain(right).for_each(add);
    run.retain(|(_, counts)| counts.iter().any(|count| *count != 0));
    run
}

/// The order of values by their parts. Arrays compare as slices do, which is slow for one or two parts.
fn order<T: Ord, const K: usize>(one: &[T; K], other: &[T; K]) -> Ordering {
    let parts = one.iter().zip(other);
    parts
        .map(|(one, other)| one.cmp(other))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
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
            // Runs of other states, one of them out of order.
            let (early, late) = adds.split_at(settled.min(adds.len()));
            let mut merged = ValueCounts::<1, 2>::default();
            merged.add_run(&naive(early));
            let mut run = naive(late);
            run.reverse();
            merged.add_run(&run);
            prop_assert_eq!(merged.sorted(), naive(&adds));
        }
    }
}
