//! Slopes of all pairs of points by rank, without holding the pairs: there are n²/2 of them.
//!
//! Lines y − θt sorted by θ: a pair of points has changed its order exactly if its slope is at most θ. So the
//! pairs with a slope between two bounds are those that the orders at the bounds have the other way round,
//! and a merge sort counts them or visits them (after J. Matoušek, "Randomized optimal algorithm for slope
//! selection", 1991, with halving in the place of chance).

/// A point of a series. Times and values are finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TrendPoint {
    pub(crate) time: f64,
    pub(crate) value: f64,
}

/// An order of the points: their numbers, which are those of the order by time.
pub(super) type PointOrder = Vec<usize>;

/// Points sorted by time, and within a time so that no pair of them ever counts as a slope.
pub(super) struct SlopePoints {
    points: Vec<TrendPoint>,
}

impl SlopePoints {
    /// Takes points in any order.
    pub(super) fn new(points: &[TrendPoint]) -> Self {
        // Adding 0 turns −0 into 0, which sorts apart from it.
        let mut points: Vec<TrendPoint> = points
            .iter()
            .map(|point| TrendPoint {
                time: point.time + 0.0,
                value: point.value + 0.0,
            })
            .collect();
        points
            .sort_unstable_by(|a, b| (a.time.total_cmp(&b.time)).then(a.value.total_cmp(&b.value)));
        Self { points }
    }

    pub(super) fn points(&self) -> &[TrendPoint] {
        &self.points
    }

    /// The order by time: no pair has changed its order yet.
    pub(super) fn by_time(&self) -> PointOrder {
        (0..self.points.len()).collect()
    }

    /// The order of y − θt. Pairs with the slope θ itself have changed their order, pairs of one time never.
    pub(super) fn at_slope(&self, theta: f64) -> PointOrder {
        // About a point of the series: far from 0 the products would lose the digits that order them.
        let origin = self.points.get(self.points.len() / 2);
        let (time, value) = origin.map_or((0.0, 0.0), |origin| (origin.time, origin.value));
        let height = |point: &TrendPoint| (point.value - value) - theta * (point.time - time);
        let mut keyed: Vec<(f64, f64, usize)> = (self.points.iter().zip(0..))
            .map(|(point, number)| (height(point), point.time, number))
            .collect();
        keyed.sort_unstable_by(|a, b| {
            (a.0.total_cmp(&b.0))
                .then(b.1.total_cmp(&a.1))
                .then(a.2.cmp(&b.2))
        });
        keyed.into_iter().map(|(_, _, number)| number).collect()
    }

    /// Slope of two points by their numbers; `None` at one time.
    pub(super) fn slope(&self, one: usize, other: usize) -> Option<f64> {
        let (one, other) = (self.points.get(one)?, self.points.get(other)?);
        let time = other.time - one.time;
        (time.abs() > 0.0).then(|| (other.value - one.value) / time)
    }

    /// Slopes of all pairs of about `n` points, evenly spread over time.
    pub(super) fn sampled_slopes(&self, n: usize) -> Vec<f64> {
        let step = self.points.len().div_ceil(n.max(1)).max(1);
        let sample: Vec<usize> = (0..self.points.len()).step_by(step).collect();
        let pairs = (sample.iter().enumerate())
            .flat_map(|(at, &one)| sample.iter().skip(at + 1).map(move |&other| (one, other)));
        pairs
            .filter_map(|(one, other)| self.slope(one, other))
            .collect()
    }

    /// A bound that no slope exceeds in size.
    pub(super) fn steepest(&self) -> f64 {
        let next = self.points.iter().skip(1);
        let shortest = (self.points.iter().zip(next))
            .map(|(point, next)| next.time - point.time)
            .filter(|&time| time > 0.0)
            .min_by(f64::total_cmp);
        let values = self.points.iter().map(|point| point.value);
        let low = values.clone().min_by(f64::total_cmp).unwrap_or(0.0);
        let high = values.max_by(f64::total_cmp).unwrap_or(0.0);
        shortest.map_or(0.0, |shortest| (high - low) / shortest)
    }
}

/// Pairs that `from` has one way round and `to` the other, each given to `visit` as one number with all those
/// that it changed places with. Returns their number.
pub(super) fn swapped_pairs(
    from: &[usize],
    to: &[usize],
    mut visit: impl FnMut(usize, &[usize]),
) -> u64 {
    let mut place = vec![0; from.len()];
    for (at, &number) in to.iter().enumerate() {
        place[number] = at;
    }
    let mut numbers = from.to_vec();
    let mut merged = Vec::with_capacity(numbers.len());
    let (mut run, mut swapped) = (1, 0);
    while run < numbers.len() {
        merged.clear();
        for pair in numbers.chunks(2 * run) {
            let (left, right) = pair.split_at(run.min(pair.len()));
            swapped += merge_runs(left, right, &place, &mut merged, &mut visit);
        }
        std::mem::swap(&mut numbers, &mut merged);
        run *= 2;
    }
    swapped
}

/// Merges two runs by place; whatever is left of the first run when one of the second is taken changed places
/// with it.
fn merge_runs(
    mut left: &[usize],
    mut right: &[usize],
    place: &[usize],
    merged: &mut Vec<usize>,
    visit: &mut impl FnMut(usize, &[usize]),
) -> u64 {
    let mut swapped = 0;
    while let (Some((&first, rest_left)), Some((&second, rest_right))) =
        (left.split_first(), right.split_first())
    {
        if place[first] < place[second] {
            merged.push(first);
            left = rest_left;
        } else {
            visit(second, left);
            swapped += u64::try_from(left.len()).unwrap_or(u64::MAX);
            merged.push(second);
            right = rest_right;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    swapped
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "worked out by hand, and exact")]
mod tests {
    use super::*;

    #[test]
    fn swapped_pairs_are_counted_and_visited() {
        let mut pairs = Vec::new();
        let count = swapped_pairs(&[0, 1, 2, 3], &[3, 0, 2, 1], |one, others| {
            pairs.extend(others.iter().map(|&other| (one.min(other), one.max(other))));
        });
        pairs.sort_unstable();
        assert_eq!(pairs, [(0, 3), (1, 2), (1, 3), (2, 3)]);
        assert_eq!(count, 4);
        assert_eq!(swapped_pairs(&[], &[], |_, _| ()), 0);
    }

    /// Slopes 1 (0 to 1), 1 (0 to 2), 1 (1 to 2): all are at most 1, none at most 0.9; the pair of one time
    /// never counts.
    #[test]
    fn orders_count_slopes_up_to_a_bound() {
        let point = |time: f64, value: f64| TrendPoint { time, value };
        let given = [
            point(2.0, 2.0),
            point(0.0, 0.0),
            point(1.0, 1.0),
            point(1.0, 1.0),
        ];
        let points = SlopePoints::new(&given);
        let up_to =
            |theta: f64| swapped_pairs(&points.by_time(), &points.at_slope(theta), |_, _| ());
        assert_eq!(up_to(0.9), 0);
        assert_eq!(up_to(1.0), 5);
        assert_eq!(points.steepest(), 2.0);
    }
}
