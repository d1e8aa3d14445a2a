//! Values in their order, with how often each occurs.

/// All values of a group.
#[derive(Debug, Clone)]
pub(crate) struct Ranked {
    values: Values,
    /// How many values there are up to the last of each kind; without it, each occurs once.
    ends: Option<Vec<usize>>,
}

#[derive(Debug, Clone)]
enum Values {
    Wide(Vec<i64>),
    Narrow(Vec<i32>, fn(i32) -> i64),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Wide(values) => values.len(),
            Self::Narrow(values, _) => values.len(),
        }
    }

    #[inline]
    fn at(&self, place: usize) -> i64 {
        match self {
            Self::Wide(values) => values[place],
            Self::Narrow(values, widen) => widen(values[place]),
        }
    }
}

impl Ranked {
    /// Values in their order, one by one.
    pub(crate) fn once(values: Vec<i64>) -> Self {
        Self {
            values: Values::Wide(values),
            ends: None,
        }
    }

    /// Values in their order, one by one, as `widen` tells them.
    pub(super) fn narrow(values: Vec<i32>, widen: fn(i32) -> i64) -> Self {
        Self {
            values: Values::Narrow(values, widen),
            ends: None,
        }
    }

    /// Values in their order, each as often as said.
    pub(super) fn counted(runs: impl Iterator<Item = (i64, usize)>) -> Self {
        let (values, counts): (Vec<i64>, Vec<usize>) = runs.unzip();
        Self {
            values: Values::Wide(values),
            ends: Some(ends(counts.into_iter())),
        }
    }

    /// As [`Self::counted`], as `widen` tells them.
    pub(super) fn narrow_counted(runs: &[(i32, u32)], widen: fn(i32) -> i64) -> Self {
        let values = runs.iter().map(|(value, _)| *value).collect();
        Self {
            values: Values::Narrow(values, widen),
            ends: Some(ends(runs.iter().map(|(_, count)| *count as usize))),
        }
    }

    /// How many values there are.
    pub(crate) fn n(&self) -> usize {
        match &self.ends {
            Some(ends) => ends.last().copied().unwrap_or(0),
            None => self.values.len(),
        }
    }

    /// The value with `rank` values before it.
    pub(crate) fn at(&self, rank: usize) -> i64 {
        match &self.ends {
            Some(ends) => self.values.at(ends.partition_point(|&end| end <= rank)),
            None => self.values.at(rank),
        }
    }

    /// Each value with how often it occurs, in order; the same value may come twice.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (i64, usize)> {
        let mut before = 0;
        (0..self.values.len()).map(move |place| {
            let end = self.ends.as_ref().map_or(place + 1, |ends| ends[place]);
            let count = end - std::mem::replace(&mut before, end);
            (self.values.at(place), count)
        })
    }

    /// The neighbours of rank q × (n − 1), and where between them it lies.
    #[expect(clippy::cast_precision_loss, reason = "ranks are far below 2^53")]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= rank < n"
    )]
    pub(crate) fn around(&self, q: f64) -> Option<(i64, i64, f64)> {
        let rank = q * self.n().checked_sub(1)? as f64;
        let (below, above) = (rank.floor() as usize, rank.ceil() as usize);
        Some((self.at(below), self.at(above), rank.fract()))
    }
}

fn ends(counts: impl Iterator<Item = usize>) -> Vec<usize> {
    counts
        .scan(0, |n, count| {
            *n += count;
            Some(*n)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_values_stand_where_they_would_one_by_one() {
        let counted = Ranked::counted([(1, 2), (5, 1), (7, 3)].into_iter());
        let once = Ranked::once(vec![1, 1, 5, 7, 7, 7]);
        assert_eq!((counted.n(), once.n()), (6, 6));
        for rank in 0..6 {
            assert_eq!(counted.at(rank), once.at(rank), "{rank}");
        }
        let spread = |ranked: &Ranked| -> Vec<i64> {
            let runs = ranked.runs();
            runs.flat_map(|(value, count)| std::iter::repeat_n(value, count))
                .collect()
        };
        assert_eq!(spread(&counted), spread(&once));
        assert_eq!(counted.around(0.5), Some((5, 7, 0.5)));
        assert_eq!(Ranked::once(vec![]).around(0.5), None);
    }
}
