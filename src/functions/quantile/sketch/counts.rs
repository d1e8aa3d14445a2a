//! Sketch of one group: exact for few durations, counts per bucket for more.

use super::buckets::{bucket, floor, middle};

/// Largest number of durations that are stored exactly.
pub(super) const KEPT: usize = 256;
/// With more buckets than these, counts are an array that includes the empty buckets between.
const SPARSE: usize = 512;
/// Number of spare buckets at each end of that array.
const MARGIN: u16 = 64;

/// A multiset of durations: exact up to [`KEPT`] of them, otherwise by bucket.
#[derive(Debug, Default)]
pub(super) struct DurationSketch {
    /// Durations that are not in a bucket yet.
    kept: Vec<i64>,
    buckets: SketchBuckets,
}

#[derive(Debug)]
enum SketchBuckets {
    /// Sorted and distinct, with counts above 0.
    Sparse(Vec<(u16, i64)>),
    /// Counts of all buckets from the first on.
    Dense { first: u16, counts: Vec<i64> },
}

impl Default for SketchBuckets {
    fn default() -> Self {
        Self::Sparse(vec![])
    }
}

impl DurationSketch {
    /// Counts a duration if that needs no allocation; true if it did.
    #[inline]
    pub(super) fn count(&mut self, duration: i64) -> bool {
        let SketchBuckets::Dense { first, counts } = &mut self.buckets else {
            return false;
        };
        let place = usize::from(bucket(duration)).wrapping_sub(usize::from(*first));
        match counts.get_mut(place) {
            Some(count) => {
                *count += 1;
                true
            }
            None => false,
        }
    }

    /// Counts a duration.
    pub(super) fn add(&mut self, duration: i64) {
        if self.count(duration) {
            return;
        }
        self.kept.push(duration);
        if self.kept.len() > KEPT {
            self.settle();
        }
    }

    /// Adds the stored form of another sketch.
    pub(super) fn merge(&mut self, durations: &[i64], counts: &[i64]) {
        let pairs = durations.iter().copied().zip(counts.iter().copied());
        if is_exact(counts.iter().sum()) {
            for (duration, count) in pairs {
                (0..count).for_each(|_| self.add(duration));
            }
            return;
        }
        let mut more: Vec<_> = pairs.map(|(floor, count)| (bucket(floor), count)).collect();
        more.sort_unstable();
        self.settle();
        self.buckets.merge(more);
    }

    /// Number of durations.
    pub(super) fn len(&self) -> i64 {
        let bucketed: i64 = match &self.buckets {
            SketchBuckets::Sparse(pairs) => pairs.iter().map(|(_, count)| count).sum(),
            SketchBuckets::Dense { counts, .. } => counts.iter().sum(),
        };
        bucketed + i64::try_from(self.kept.len()).unwrap_or(i64::MAX)
    }

    /// Moves the exact durations to their buckets.
    fn settle(&mut self) {
        self.kept.sort_unstable();
        let mut more: Vec<(u16, i64)> = vec![];
        for bucket in self.kept.drain(..).map(bucket) {
            match more.last_mut() {
                Some((last, count)) if *last == bucket => *count += 1,
                _ => more.push((bucket, 1)),
            }
        }
        self.buckets.merge(more);
        if matches!(self.buckets, SketchBuckets::Dense { .. }) {
            self.kept = vec![];
        }
    }

    /// The sorted contents.
    pub(super) fn contents(&mut self) -> SketchContents {
        let n = self.len();
        if is_exact(n) {
            let mut durations = self.kept.clone();
            durations.sort_unstable();
            return SketchContents::All(durations);
        }
        self.settle();
        let pairs = match &self.buckets {
            SketchBuckets::Sparse(pairs) => pairs.clone(),
            SketchBuckets::Dense { first, counts } => {
                let pairs = (*first..).zip(counts.iter().copied());
                pairs.filter(|(_, count)| *count > 0).collect()
            }
        };
        SketchContents::Buckets { n, pairs }
    }

    /// Heap bytes of the sketch.
    pub(super) fn bytes(&self) -> usize {
        let buckets = match &self.buckets {
            SketchBuckets::Sparse(pairs) => pairs.capacity() * size_of::<(u16, i64)>(),
            SketchBuckets::Dense { counts, .. } => counts.capacity() * size_of::<i64>(),
        };
        self.kept.capacity() * size_of::<i64>() + buckets
    }
}

/// True if so many durations are stored exactly.
pub(super) fn is_exact(n: i64) -> bool {
    usize::try_from(n).is_ok_and(|n| n <= KEPT)
}

impl SketchBuckets {
    /// Adds sorted counts of buckets.
    fn merge(&mut self, more: Vec<(u16, i64)>) {
        let (Some(&(low, _)), Some(&(high, _))) = (more.first(), more.last()) else {
            return;
        };
        if let Self::Sparse(pairs) = self {
            *pairs = merged(std::mem::take(pairs), more);
            let (Some(&(low, _)), Some(&(high, _))) = (pairs.first(), pairs.last()) else {
                return;
            };
            if pairs.len() <= SPARSE {
                return;
            }
            let pairs = std::mem::take(pairs);
            *self = Self::dense(low, high);
            self.count(pairs);
            return;
        }
        self.widen(low, high);
        self.count(more);
    }

    fn dense(low: u16, high: u16) -> Self {
        let first = low.saturating_sub(MARGIN);
        let length = usize::from(high - first) + 1 + usize::from(MARGIN);
        Self::Dense {
            first,
            counts: vec![0; length],
        }
    }

    /// Extends the array to these buckets and all between.
    fn widen(&mut self, low: u16, high: u16) {
        let Self::Dense { first, counts } = self else {
            return;
        };
        let end = usize::from(*first) + counts.len();
        if low >= *first && usize::from(high) < end {
            return;
        }
        let last = u16::try_from(end - 1).unwrap_or(u16::MAX);
        let old = std::mem::take(counts);
        let old = (*first..).zip(old).filter(|(_, count)| *count > 0);
        let old: Vec<_> = old.collect();
        *self = Self::dense(low.min(*first), high.max(last));
        self.count(old);
    }

    fn count(&mut self, pairs: Vec<(u16, i64)>) {
        let Self::Dense { first, counts } = self else {
            return;
        };
        for (bucket, more) in pairs {
            if let Some(count) = counts.get_mut(usize::from(bucket - *first)) {
                *count += more;
            }
        }
    }
}

/// Merges two sorted lists.
fn merged(left: Vec<(u16, i64)>, right: Vec<(u16, i64)>) -> Vec<(u16, i64)> {
    let mut all = Vec::with_capacity(left.len() + right.len());
    let mut right = right.into_iter().peekable();
    let mut push = |(bucket, count): (u16, i64)| match all.last_mut() {
        Some((last, sum)) if *last == bucket => *sum += count,
        _ => all.push((bucket, count)),
    };
    for pair in left {
        while let Some(smaller) = right.next_if(|other| other.0 < pair.0) {
            push(smaller);
        }
        push(pair);
    }
    right.for_each(push);
    all
}

/// Sorted contents of a sketch.
#[derive(Debug, PartialEq)]
pub(super) enum SketchContents {
    /// All durations, sorted.
    All(Vec<i64>),
    /// Number of durations per bucket, sorted by bucket.
    Buckets { n: i64, pairs: Vec<(u16, i64)> },
}

impl SketchContents {
    /// The duration at a rank from 0 on, which must be less than their number; approximate for many
    /// durations.
    #[expect(clippy::cast_precision_loss, reason = "far less than a bucket's width")]
    pub(super) fn at(&self, rank: usize) -> f64 {
        match self {
            Self::All(durations) => durations[rank] as f64,
            Self::Buckets { pairs, .. } => {
                let mut before = i64::try_from(rank).unwrap_or(i64::MAX);
                let holds = |(_, count): &&(u16, i64)| {
                    before -= count;
                    before < 0
                };
                let found = pairs.iter().find(holds).or_else(|| pairs.last());
                found.map_or(0.0, |(bucket, _)| middle(*bucket))
            }
        }
    }

    /// Two columns of one row: durations, or the shortest duration of each bucket, and their counts.
    pub(super) fn stored(&self) -> (Vec<i64>, Vec<i64>) {
        match self {
            Self::All(durations) => (durations.clone(), vec![1; durations.len()]),
            Self::Buckets { pairs, .. } => pairs
                .iter()
                .map(|(bucket, count)| (floor(*bucket), *count))
                .unzip(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    /// Durations of every size, with many repetitions.
    fn durations() -> impl Strategy<Value = Vec<i64>> {
        let one = (any::<u64>(), 1_u32..64).prop_map(|(bits, shift)| (bits >> shift).cast_signed());
        let repeated = (one, 1_usize..40).prop_map(|(d, times)| vec![d; times]);
        vec(repeated, 0..60).prop_map(|runs| runs.concat())
    }

    fn sketch(durations: &[i64]) -> DurationSketch {
        let mut sketch = DurationSketch::default();
        durations.iter().for_each(|&duration| sketch.add(duration));
        sketch
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_rank_is_near(durations in durations()) {
            let known = sketch(&durations).contents();
            let mut sorted = durations;
            sorted.sort_unstable();
            for (rank, &exact) in sorted.iter().enumerate() {
                let exact = exact as f64;
                let off = (known.at(rank) - exact).abs();
                let allowed = if sorted.len() <= KEPT { 0.0 } else { exact / 256.0 };
                prop_assert!(off <= allowed, "rank {} of {}: off {}", rank, sorted.len(), off);
            }
        }

        #[test]
        fn any_split_and_order_knows_the_same(durations in durations(), at in any::<usize>(), turn in any::<usize>()) {
            let whole = sketch(&durations).contents();
            let mut turned = durations.clone();
            let length = turned.len().max(1);
            if !turned.is_empty() {
                turned.rotate_left(turn % length);
            }
            let (left, right) = turned.split_at((at % length).min(turned.len()));
            let (mut left, mut right) = (sketch(left), sketch(right));
            let (floors, counts) = right.contents().stored();
            left.merge(&floors, &counts);
            prop_assert_eq!(left.len(), i64::try_from(durations.len()).unwrap());
            prop_assert_eq!(&left.contents(), &whole);
            let (floors, counts) = whole.stored();
            let mut again = DurationSketch::default();
            again.merge(&floors, &counts);
            prop_assert_eq!(again.contents(), whole);
        }
    }

    #[test]
    fn buckets_far_apart_need_little_memory_while_few() {
        let mut many = sketch(&[0, 1, i64::MAX].repeat(1000));
        assert!(many.bytes() < 8 << 10, "{}", many.bytes());
        assert!((many.contents().at(1500) - 1.0).abs() < 1e-9);
    }
}
