//! The slope of a given rank among the slopes of all pairs.

use super::pair_slopes::{PointOrder, SlopePoints, swapped_pairs};

/// Pairs whose slopes are held at a time.
const PAIR_LIMIT: u64 = 1 << 20;

/// Points from whose slopes a first range is guessed, and how far around the rank it reaches.
const SAMPLE_SIZE: usize = 500;
const SAMPLE_MARGIN: f64 = 0.02;

/// Halvings of the range of slopes: 52 make it as narrow as doubles allow.
const MOST_HALVINGS: u32 = 100;

/// Slopes above `low` and up to `high`, with the orders there and the number of slopes up to `low`.
struct SlopeRange {
    low: (f64, PointOrder),
    high: (f64, PointOrder),
    up_to_low: u64,
    within: u64,
}

/// The slope with the zero-based `rank` in ascending order; `None` where there are not as many.
///
/// It is the slope of a pair to the last digit. Memory is linear in the number of points, time n log n for
/// each halving of the range.
pub(super) fn slope_of_rank(points: &SlopePoints, rank: u64) -> Option<f64> {
    let bound = points.steepest();
    // Beyond the steepest slope on both sides, whatever the roundings.
    let (low, high) = (-2.0 * bound, 2.0 * bound);
    let (at_low, at_high) = (points.by_time(), points.at_slope(high));
    let within = swapped_pairs(&at_low, &at_high, |_, _| ());
    if rank >= within || !high.is_finite() {
        return None;
    }
    let mut range = SlopeRange {
        low: (low, at_low),
        high: (high, at_high),
        up_to_low: 0,
        within,
    };
    let narrowest = 1e-15 * bound;
    let mut guesses = sampled_range(points, rank, within, 0.4 * narrowest);
    for _ in 0..MOST_HALVINGS {
        let (low, high) = (range.low.0, range.high.0);
        if range.within <= PAIR_LIMIT || high - low <= narrowest {
            break;
        }
        let guess = guesses.pop().filter(|&guess| guess > low && guess < high);
        let middle = guess.unwrap_or_else(|| f64::midpoint(low, high));
        range = split(points, range, rank, middle);
    }
    if range.within <= PAIR_LIMIT {
        select(points, &range, rank)
    } else {
        tied(points, &range)
    }
}

/// Slopes a little above and below the rank, as every n-th point has them, the lower one last. A sample that
/// misleads costs time and nothing else.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a guess, clamped to the sample"
)]
fn sampled_range(points: &SlopePoints, rank: u64, pairs: u64, slack: f64) -> Vec<f64> {
    if pairs <= PAIR_LIMIT {
        return Vec::new();
    }
    let mut slopes = points.sampled_slopes(SAMPLE_SIZE);
    slopes.sort_unstable_by(f64::total_cmp);
    let share = rank as f64 / pairs as f64;
    let guess = |share: f64| {
        let place = (share * slopes.len() as f64).max(0.0) as usize;
        slopes.get(place).copied()
    };
    // Apart from the slopes of the points, which roundings would put on either side, and around a slope that
    // is both guesses.
    let high = guess(share + SAMPLE_MARGIN).map(|high| high + slack);
    let low = guess(share - SAMPLE_MARGIN).map(|low| low - slack);
    [high, low].into_iter().flatten().collect()
}

/// The part of the range, cut at `middle`, in which the rank is.
fn split(points: &SlopePoints, range: SlopeRange, rank: u64, middle: f64) -> SlopeRange {
    let at_middle = points.at_slope(middle);
    let below = swapped_pairs(&range.low.1, &at_middle, |_, _| ());
    if rank < range.up_to_low + below {
        SlopeRange {
            high: (middle, at_middle),
            within: below,
            ..range
        }
    } else {
        SlopeRange {
            within: swapped_pairs(&at_middle, &range.high.1, |_, _| ()),
            low: (middle, at_middle),
            up_to_low: range.up_to_low + below,
            ..range
        }
    }
}

/// The slope of the rank among those of a range.
fn select(points: &SlopePoints, range: &SlopeRange, rank: u64) -> Option<f64> {
    let mut slopes = Vec::new();
    swapped_pairs(&range.low.1, &range.high.1, |one, others| {
        slopes.extend(others.iter().filter_map(|&other| points.slope(one, other)));
    });
    let at = usize::try_from(rank.checked_sub(range.up_to_low)?).ok()?;
    let last = slopes.len().checked_sub(1)?;
    let (_, &mut slope, _) = slopes.select_nth_unstable_by(at.min(last), f64::total_cmp);
    Some(slope)
}

/// The slope that so many pairs have in common that the range cannot be made to hold fewer.
fn tied(points: &SlopePoints, range: &SlopeRange) -> Option<f64> {
    let mut found = None;
    swapped_pairs(&range.low.1, &range.high.1, |one, others| {
        if found.is_none() {
            found = others.first().and_then(|&other| points.slope(one, other));
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::series::pair_slopes::TrendPoint;

    /// Every slope of all pairs, in ascending order.
    fn sorted_slopes(points: &SlopePoints) -> Vec<f64> {
        let n = points.points().len();
        let mut slopes: Vec<f64> = (0..n)
            .flat_map(|one| (one + 1..n).filter_map(move |other| points.slope(one, other)))
            .collect();
        slopes.sort_by(f64::total_cmp);
        slopes
    }

    fn check(points: &SlopePoints) {
        let wanted = sorted_slopes(points);
        let n = u64::try_from(wanted.len()).unwrap();
        for part in 0..=4 {
            let rank = (n - 1) * part / 4;
            let at = usize::try_from(rank).unwrap();
            assert_eq!(slope_of_rank(points, rank), Some(wanted[at]), "rank {rank}");
        }
        assert_eq!(slope_of_rank(points, n), None);
    }

    fn point((time, value): (f64, f64)) -> TrendPoint {
        TrendPoint { time, value }
    }

    #[test]
    fn ranks_of_few_points() {
        let times = [0.0, 1.0, 1.0, 2.5, 4.0];
        let given = times.into_iter().zip([3.0, 1.0, 1.0, 4.0, 1.5]);
        let given: Vec<TrendPoint> = given.map(point).collect();
        check(&SlopePoints::new(&given));
    }

    /// 1,500 points have 1.1 million pairs, more than are held at a time.
    #[test]
    fn ranks_of_many_points() {
        let given: Vec<TrendPoint> = (0..1_500_i32)
            .map(|at| point((f64::from(at), f64::from((at * 7_919) % 1_009) * 0.37)))
            .collect();
        check(&SlopePoints::new(&given));
        let hours: Vec<TrendPoint> = given
            .iter()
            .map(|at| point((20_000.0 + at.time / 24.0, 1e6 + 0.1 * at.value)))
            .collect();
        check(&SlopePoints::new(&hours));
    }

    /// Whole numbers of 0 to 2 on as many days: most slopes are tied, half of them at 0.
    #[test]
    fn ranks_of_tied_slopes() {
        let given: Vec<TrendPoint> = (0..1_500_i32)
            .map(|at| point((f64::from(at), f64::from((at * 7_919) % 1_009 % 3))))
            .collect();
        check(&SlopePoints::new(&given));
        let line: Vec<TrendPoint> = (0..1_500_i32)
            .map(|at| point((f64::from(at), 0.1 * f64::from(at / 1_100))))
            .collect();
        check(&SlopePoints::new(&line));
    }
}
