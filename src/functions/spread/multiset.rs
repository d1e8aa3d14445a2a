//! All values of one group, in little memory.
//!
//! Values that fit four bytes are gathered, and sorted and counted now and then: of millions of
//! durations in whole seconds most occur many times. The others are kept as they are.

use std::marker::PhantomData;

use super::ranked::Ranked;
use super::width::Width;

/// Fewer values than these are not worth counting before the end.
const MANY: usize = 1 << 14;

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
                // As long as there is less to count than was counted, counting costs too much.
                let counted = self.rest.as_ref().map_or(0, |rest| rest.counted.len());
                if self.fresh.len() >= counted.max(MANY) {
                    self.settle();
                }
                self.fresh.push(narrow);
            }
            None => self.rest().wide.push(key),
        }
        self.size().wrapping_sub(before).cast_signed()
    }

    /// Adds values that each occur as often as said; in their order at best.
    pub(super) fn extend(&mut self, runs: impl Iterator<Item = (i64, usize)>) -> isize {
        let before = self.size();
        let mut counted: Vec<(i32, u32)> = Vec::with_capacity(runs.size_hint().0);
        for (key, count) in runs {
            match W::narrow(key) {
                Some(narrow) => counted.extend(told(narrow, count)),
                None => self.rest().wide.extend(std::iter::repeat_n(key, count)),
            }
        }
        if !counted.is_sorted_by_key(|(value, _)| *value) {
            counted.sort_unstable();
        }
        self.merge(counted);
        self.size().wrapping_sub(before).cast_signed()
    }

    fn rest(&mut self) -> &mut Rest {
        self.rest.get_or_insert_default()
    }

    /// Counts the values that were gathered.
    fn settle(&mut self) {
        sort(&mut self.fresh);
        let runs = self.fresh.chunk_by(|a, b| a == b);
        let counted = runs.flat_map(|run| told(run[0], run.len())).collect();
        self.fresh.clear();
        self.merge(counted);
    }

    fn merge(&mut self, new: Vec<(i32, u32)>) {
        let counted = &mut self.rest().counted;
        if counted.is_empty() {
            *counted = new;
        } else if !new.is_empty() {
            *counted = merged(counted, &new);
        }
    }

    /// How many values there are.
    fn n(&self) -> usize {
        let rest = self.rest.as_ref().map_or(0, |rest| {
            let counts = rest.counted.iter().map(|(_, count)| *count as usize);
            counts.sum::<usize>() + rest.wide.len()
        });
        self.fresh.len() + rest
    }

    /// The values in their order.
    pub(super) fn into_ranked(mut self) -> Ranked {
        self.settle();
        let Rest { counted, mut wide } = self.rest.map(|rest| *rest).unwrap_or_default();
        sort(&mut wide);
        if counted.is_empty() {
            return Ranked::once(wide);
        }
        let narrow = counted
            .into_iter()
            .map(|(value, count)| (W::widen(value), count as usize));
        if wide.is_empty() {
            return Ranked::counted(narrow);
        }
        let mut runs: Vec<(i64, usize)> = narrow.collect();
        runs.extend(wide.into_iter().map(|key| (key, 1)));
        // Two sorted runs, which this sort merges.
        runs.sort();
        Ranked::counted(runs.into_iter())
    }

    /// The values for another partition: one by one, or each once with its counts where that is less.
    pub(super) fn into_stored(mut self) -> (Vec<i64>, Vec<i64>) {
        let n = self.n();
        self.settle();
        let Rest { counted, wide } = self.rest.map(|rest| *rest).unwrap_or_default();
        if n < 2 * (counted.len() + wide.len()) {
            let each = counted
                .into_iter()
                .flat_map(|(value, count)| std::iter::repeat_n(W::widen(value), count as usize));
            return (each.chain(wide).collect(), vec![]);
        }
        let counts = counted.iter().map(|(_, count)| i64::from(*count));
        let counts = counts.chain(wide.iter().map(|_| 1)).collect();
        let values = counted.iter().map(|(value, _)| W::widen(*value));
        (values.chain(wide.iter().copied()).collect(), counts)
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

    #[test]
    fn counts_that_do_not_fit_are_told_in_two() {
        let old = [(1, u32::MAX), (3, 1)];
        assert_eq!(
            merged(&old, &[(1, 2), (2, 1), (3, 4)]),
            [(1, u32::MAX), (1, 2), (2, 1), (3, 5)]
        );
        let mut set = Micros::default();
        set.extend([(5_000_000, (1 << 33) + 1)].into_iter());
        assert_eq!(set.into_ranked().n(), (1 << 33) + 1);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(
            seconds in prop::collection::vec(0_i64..3_000, 0..60_000),
            others in prop::collection::vec(any::<i64>(), 0..50),
            parts in 1_usize..4,
        ) {
            let mut all: Vec<i64> = seconds.iter().map(|s| s * 1_000_000).chain(others).collect();
            let mut sets = vec![Micros::default(); parts];
            let mut held = vec![0_isize; parts];
            for (row, &value) in all.iter().enumerate() {
                held[row % parts] += sets[row % parts].push(value);
            }
            let mut whole = Micros::default();
            for (set, held) in sets.into_iter().zip(held) {
                prop_assert_eq!(set.size(), held.unsigned_abs());
                let (values, mut counts) = set.into_stored();
                if counts.is_empty() {
                    counts = vec![1; values.len()];
                }
                let runs = values.into_iter().zip(counts);
                whole.extend(runs.map(|(value, count)| (value, usize::try_from(count).unwrap())));
            }
            all.sort_unstable();
            prop_assert_eq!(values(&whole.into_ranked()), all);
        }
    }
}
