//! All values of one group, in little memory.
//!
//! Values that fit four bytes are gathered, and sorted and counted now and then where that saves memory:
//! of millions of durations in whole seconds most occur many times. The others are kept as they are.

use std::marker::PhantomData;

use super::ranked::Ranked;
use super::width::Width;

/// Fewer values than these are not worth counting before the end.
const MANY: usize = 1 << 14;

/// Where values seldom repeat, counting is tried again when there are this many times as many.
const PATIENCE: usize = 8;

/// Values with how often each occurs, as keys of `W`.
#[derive(Debug, Clone)]
pub(super) struct Multiset<W> {
    fresh: Vec<i32>,
    rest: Option<Box<Rest>>,
    width: PhantomData<W>,
}

#[derive(Debug, Clone, Default)]
struct Rest {
    /// In their order. A count that would not fit is told in two.
    counted: Vec<(i32, u32)>,
    wide: Vec<i64>,
    /// With how many values counting is tried again.
    again: usize,
}

/// The values as they are stored: some with how often they occur, others one by one.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts<V, C, L> {
    /// Narrow values; as many as there are counts are in their order, each once.
    pub(super) narrow: V,
    /// How often the first of them occur; the others are told as often as they do.
    pub(super) counts: C,
    /// Values that are not narrow, in any order.
    pub(super) wide: L,
}

impl<W> Default for Multiset<W> {
    fn default() -> Self {
        Self {
            fresh: Vec::new(),
            rest: None,
            width: PhantomData,
        }
    }
}

impl<W: Width> Multiset<W> {
    /// Adds a value; the answer is how many bytes more are held, negative for fewer.
    #[inline]
    pub(super) fn push(&mut self, key: i64) -> isize {
        match W::narrow(key) {
            Some(narrow) if self.fresh.len() < self.fresh.capacity() => {
                self.fresh.push(narrow);
                0
            }
            narrow => self.make_room(key, narrow),
        }
    }

    #[cold]
    fn make_room(&mut self, key: i64, narrow: Option<i32>) -> isize {
        let before = self.size();
        match narrow {
            Some(narrow) => {
                self.count_when_due();
                self.fresh.push(narrow);
            }
            None => self.rest().wide.push(key),
        }
        self.size().wrapping_sub(before).cast_signed()
    }

    /// Adds the values of another set; the answer is how many bytes more are held.
    pub(super) fn extend(&mut self, parts: &Parts<&[i32], &[u32], &[i64]>) -> isize {
        let before = self.size();
        let (counted, singles) = parts.narrow.split_at(parts.counts.len());
        let counted = counted.iter().copied().zip(parts.counts.iter().copied());
        self.merge(counted.collect());
        self.fresh.extend_from_slice(singles);
        if !parts.wide.is_empty() {
            self.rest().wide.extend_from_slice(parts.wide);
        }
        self.count_when_due();
        self.size().wrapping_sub(before).cast_signed()
    }

    fn rest(&mut self) -> &mut Rest {
        self.rest.get_or_insert_default()
    }

    fn count_when_due(&mut self) {
        // As long as there is less to count than was counted, counting costs too much.
        let rest = self.rest.as_ref();
        let due = rest.map_or(0, |rest| rest.counted.len().max(rest.again));
        if self.fresh.len() < due.max(MANY) {
            return;
        }
        sort(&mut self.fresh);
        let distinct = self.fresh.chunk_by(|a, b| a == b).count();
        let n = self.fresh.len();
        let rest = self.rest();
        match rest.counted.is_empty() && n < 2 * distinct {
            true => rest.again = n * PATIENCE,
            false => self.count(),
        }
    }

    /// Counts the values that were gathered, which are in their order.
    fn count(&mut self) {
        let runs = self.fresh.chunk_by(|a, b| a == b);
        let counted = runs.flat_map(|run| told(run[0], run.len())).collect();
        self.fresh.clear();
        self.merge(counted);
    }

    fn merge(&mut self, new: Vec<(i32, u32)>) {
        if new.is_empty() {
            return;
        }
        let counted = &mut self.rest().counted;
        *counted = match counted.is_empty() {
            true => new,
            false => merged(counted, &new),
        };
    }

    /// The values in their order.
    pub(super) fn into_ranked(mut self) -> Ranked {
        sort(&mut self.fresh);
        let is_counted = self.rest.as_ref().is_some_and(|r| !r.counted.is_empty());
        if is_counted {
            self.count();
        }
        let Rest { counted, wide, .. } = self.rest.map(|rest| *rest).unwrap_or_default();
        if wide.is_empty() {
            return match is_counted {
                true => Ranked::narrow_counted(&counted, W::widen),
                false => Ranked::narrow(self.fresh, W::widen),
            };
        }
        let counted = counted.iter().map(|&(value, n)| (value, n as usize));
        let once = self.fresh.iter().map(|&value| (value, 1));
        let narrow = counted.chain(once).map(|(value, n)| (W::widen(value), n));
        let mut runs: Vec<(i64, usize)> = narrow.collect();
        runs.extend(wide.into_iter().map(|key| (key, 1)));
        runs.sort();
        Ranked::counted(runs.into_iter())
    }

    /// The values for another partition, which has to sort them anyway.
    pub(super) fn into_parts(self) -> Parts<Vec<i32>, Vec<u32>, Vec<i64>> {
        let Rest { counted, wide, .. } = self.rest.map(|rest| *rest).unwrap_or_default();
        let (mut narrow, counts): (Vec<i32>, Vec<u32>) = counted.into_iter().unzip();
        match narrow.is_empty() {
            true => narrow = self.fresh,
            false => narrow.extend(self.fresh),
        }
        Parts {
            narrow,
            counts,
            wide,
        }
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        let rest = self.rest.as_ref().map_or(0, |rest| {
            size_of::<Rest>()
                + rest.counted.capacity() * size_of::<(i32, u32)>()
                + rest.wide.capacity() * size_of::<i64>()
        });
        self.fresh.capacity() * size_of::<i32>() + rest
    }
}

/// A count in as many parts as it takes, one but for more than four billion.
fn told(value: i32, count: usize) -> impl Iterator<Item = (i32, u32)> {
    let most = u32::MAX as usize;
    let parts = (0..count.div_ceil(most)).map(move |part| (count - part * most).min(most));
    parts.map(move |part| (value, u32::try_from(part).unwrap_or(u32::MAX)))
}

/// By digits where there are many.
fn sort<T: Ord + radsort::Key>(values: &mut [T]) {
    match values.len() {
        0..512 => values.sort_unstable(),
        _ => radsort::sort(values),
    }
}

/// Both in their order, with the counts of equal values added.
fn merged(old: &[(i32, u32)], new: &[(i32, u32)]) -> Vec<(i32, u32)> {
    let mut both = Vec::with_capacity(old.len() + new.len());
    let (mut left, mut right) = (0, 0);
    while let (Some(&(a, n)), Some(&(b, m))) = (old.get(left), new.get(right)) {
        let sum = n.checked_add(m).filter(|_| a == b);
        both.push(match sum {
            Some(sum) => (a, sum),
            None if a <= b => (a, n),
            None => (b, m),
        });
        left += usize::from(sum.is_some() || a <= b);
        right += usize::from(sum.is_some() || a > b);
    }
    both.extend_from_slice(&old[left..]);
    both.extend_from_slice(&new[right..]);
    both.shrink_to_fit();
    both
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::functions::spread::width::Ticks;

    type Micros = Multiset<Ticks<1_000_000>>;

    fn values(ranked: &Ranked) -> Vec<i64> {
        let runs = ranked.runs();
        runs.flat_map(|(value, count)| std::iter::repeat_n(value, count))
            .collect()
    }

    fn copied(parts: &Parts<Vec<i32>, Vec<u32>, Vec<i64>>, into: &mut Micros) -> isize {
        into.extend(&Parts {
            narrow: &parts.narrow,
            counts: &parts.counts,
            wide: &parts.wide,
        })
    }

    #[test]
    fn counts_that_do_not_fit_are_told_in_two() {
        let old = [(1, u32::MAX), (3, 1)];
        assert_eq!(
            merged(&old, &[(1, 2), (2, 1), (3, 4)]),
            [(1, u32::MAX), (1, 2), (2, 1), (3, 5)]
        );
        let told: Vec<_> = told(5, (1 << 33) + 1).collect();
        assert_eq!(told, [(5, u32::MAX), (5, u32::MAX), (5, 3)]);
    }

    #[test]
    fn values_are_counted_where_they_repeat() {
        let bytes = |values: &mut dyn Iterator<Item = i64>| {
            let mut set = Micros::default();
            values.for_each(|value| {
                set.push(value * 1_000_000);
            });
            set.size()
        };
        assert!(bytes(&mut (0..1 << 18).map(|n| n % 1_000)) < 200_000);
        assert!(bytes(&mut (0..1 << 18)) >= 1 << 20);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(
            range in prop::sample::select(vec![300_i64, 3_000, 1_000_000]),
            n in 0_usize..150_000,
            seed in any::<i64>(),
            others in prop::collection::vec(any::<i64>(), 0..50),
            parts in 1_usize..4,
        ) {
            // A step that is a prime keeps few values from being in order.
            let narrow = (0..n as i64).map(|i| seed.wrapping_add(i * 7_919).rem_euclid(range) * 1_000_000);
            let mut all: Vec<i64> = narrow.chain(others).collect();
            let mut sets = vec![Micros::default(); parts];
            let mut held = vec![0_isize; parts];
            for (row, &value) in all.iter().enumerate() {
                held[row % parts] += sets[row % parts].push(value);
            }
            let mut whole = Micros::default();
            let mut bytes = 0;
            for (set, held) in sets.into_iter().zip(held) {
                prop_assert_eq!(set.size(), held.unsigned_abs());
                bytes += copied(&set.into_parts(), &mut whole);
            }
            prop_assert_eq!(whole.size(), bytes.unsigned_abs());
            all.sort_unstable();
            prop_assert_eq!(values(&whole.into_ranked()), all);
        }
    }
}
