//! All values of a group, accessed by rank.

use super::page_values::PowerSums;
use super::pages::RankedPages;

/// All values of a group.
#[derive(Debug, Clone)]
pub(crate) struct RankedValues {
    narrow: RankedNarrowValues,
    widen: fn(i32) -> i64,
    /// Sorted.
    wide: Vec<i64>,
    /// Cumulative number of values up to each of `wide`; if `None`, each occurs once. `None` if there are
    /// narrow values.
    ends: Option<Vec<usize>>,
}

#[derive(Debug, Clone)]
enum RankedNarrowValues {
    /// Sorted.
    Sorted(Vec<i32>),
    Paged(RankedPages),
}

impl RankedNarrowValues {
    fn n(&self) -> usize {
        match self {
            Self::Sorted(values) => values.len(),
            Self::Paged(pages) => pages.n(),
        }
    }

    fn at(&mut self, rank: usize) -> i32 {
        match self {
            Self::Sorted(values) => values[rank],
            Self::Paged(pages) => pages.at(rank),
        }
    }

    fn below(&mut self, value: i32) -> usize {
        match self {
            Self::Sorted(values) => values.partition_point(|&each| each < value),
            Self::Paged(pages) => pages.below(value),
        }
    }

    fn sums(&self) -> PowerSums {
        match self {
            Self::Sorted(values) => {
                let values = values.iter().map(|&value| i64::from(value));
                let add = |sums: PowerSums, value: i64| PowerSums {
                    sum: sums.sum + i128::from(value),
                    squares: sums.squares + i128::from(value * value),
                };
                values.fold(PowerSums::default(), add)
            }
            Self::Paged(pages) => pages.sums(),
        }
    }
}

impl RankedValues {
    /// From sorted values, each occurring once.
    pub(crate) fn once(values: Vec<i64>) -> Self {
        Self::narrow(vec![], values, i64::from)
    }

    /// From sorted values, each with its number of occurrences.
    pub(super) fn counted(runs: impl Iterator<Item = (i64, usize)>) -> Self {
        let (values, counts): (Vec<i64>, Vec<usize>) = runs.unzip();
        let ends = counts.into_iter().scan(0, |n, count| {
            *n += count;
            Some(*n)
        });
        Self {
            ends: Some(ends.collect()),
            ..Self::once(values)
        }
    }

    /// From values narrowed for `widen`, and others; both sorted, and no value in both.
    pub(super) fn narrow(values: Vec<i32>, wide: Vec<i64>, widen: fn(i32) -> i64) -> Self {
        Self {
            narrow: RankedNarrowValues::Sorted(values),
            widen,
            wide,
            ends: None,
        }
    }

    /// Same as [`Self::narrow`], with pages.
    pub(super) fn paged(pages: RankedPages, wide: Vec<i64>, widen: fn(i32) -> i64) -> Self {
        Self {
            narrow: RankedNarrowValues::Paged(pages),
            widen,
            wide,
            ends: None,
        }
    }

    /// Number of values.
    pub(crate) fn n(&self) -> usize {
        match &self.ends {
            Some(ends) => ends.last().copied().unwrap_or(0),
            None => self.narrow.n() + self.wide.len(),
        }
    }

    /// The value at `rank`, counted from 0.
    pub(crate) fn at(&mut self, rank: usize) -> i64 {
        if let Some(ends) = &self.ends {
            return self.wide[ends.partition_point(|&end| end <= rank)];
        }
        // Number of wide values before that rank, by binary search.
        let (mut before, mut end) = (0, self.wide.len().min(rank + 1));
        while before < end {
            let middle = before.midpoint(end);
            match (middle + self.narrow_below(self.wide[middle])).cmp(&rank) {
                std::cmp::Ordering::Less => before = middle + 1,
                std::cmp::Ordering::Equal => return self.wide[middle],
                std::cmp::Ordering::Greater => end = middle,
            }
        }
        (self.widen)(self.narrow.at(rank - before))
    }

    /// Number of narrow values less than `key`.
    fn narrow_below(&mut self, key: i64) -> usize {
        if self.narrow.n() == 0 {
            return 0;
        }
        // Binary search for the least value that is not less.
        let (mut least, mut most) = (i64::from(i32::MIN), i64::from(i32::MAX) + 1);
        while least < most {
            let middle = least + (most - least) / 2;
            match i32::try_from(middle).map(self.widen) {
                Ok(widened) if widened < key => least = middle + 1,
                _ => most = middle,
            }
        }
        match i32::try_from(least) {
            Ok(least) => self.narrow.below(least),
            Err(_) => self.narrow.n(),
        }
    }

    /// Number of narrow values, and their sums before they are widened.
    pub(super) fn narrow_sums(&self) -> (usize, PowerSums) {
        (self.narrow.n(), self.narrow.sums())
    }

    /// Each wide value and its number of occurrences, sorted.
    pub(super) fn wide(&self) -> impl Iterator<Item = (i64, usize)> {
        let mut before = 0;
        self.wide.iter().enumerate().map(move |(place, &value)| {
            let end = self.ends.as_ref().map_or(place + 1, |ends| ends[place]);
            (value, end - std::mem::replace(&mut before, end))
        })
    }

    /// The neighbours of rank q × (n − 1), and the fraction of the rank between them.
    #[expect(clippy::cast_precision_loss, reason = "ranks are far below 2^53")]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= rank < n"
    )]
    pub(crate) fn around(&mut self, q: f64) -> Option<(i64, i64, f64)> {
        let rank = q * self.n().checked_sub(1)? as f64;
        let (below, above) = (rank.floor() as usize, rank.ceil() as usize);
        Some((self.at(below), self.at(above), rank.fract()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_values_stand_where_they_would_one_by_one() {
        let mut counted = RankedValues::counted([(1, 2), (5, 1), (7, 3)].into_iter());
        let mut once = RankedValues::once(vec![1, 1, 5, 7, 7, 7]);
        assert_eq!((counted.n(), once.n()), (6, 6));
        for rank in 0..6 {
            assert_eq!(counted.at(rank), once.at(rank), "{rank}");
        }
        assert!(counted.wide().eq([(1, 2), (5, 1), (7, 3)]));
        assert!(once.wide().eq([1, 1, 5, 7, 7, 7].map(|value| (value, 1))));
        assert_eq!(counted.around(0.5), Some((5, 7, 0.5)));
        assert_eq!(RankedValues::once(vec![]).around(0.5), None);
    }

    #[test]
    fn wide_values_stand_among_narrow_ones() {
        let hundreds = |narrow: i32| i64::from(narrow) * 100;
        for wide in [
            vec![],
            vec![i64::MIN],
            vec![-301, -1, 1, 99, 99, 101, 299],
            vec![i64::MAX, i64::MAX],
        ] {
            for narrow in [vec![], vec![-3, 0, 0, 1, 2], vec![i32::MIN, i32::MAX]] {
                let mut all: Vec<i64> = narrow.iter().map(|&value| hundreds(value)).collect();
                all.extend(&wide);
                all.sort_unstable();
                let mut ranked = RankedValues::narrow(narrow, wide.clone(), hundreds);
                assert_eq!(ranked.n(), all.len());
                let told: Vec<i64> = (0..all.len()).map(|rank| ranked.at(rank)).collect();
                assert_eq!(told, all);
            }
        }
    }
}
