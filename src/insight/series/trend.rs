//! Trend of a series: Sen's slope with its interval and the test of Mann and Kendall.
//!
//! Sources: H. B. Mann 1945; M. G. Kendall, "Rank Correlation Methods", 1975; P. K. Sen, "Estimates of the
//! regression coefficient based on Kendall's tau", JASA 63, 1968. Times are taken as exact and values as
//! independent of one another: daily values are not, so that p is too small for them.

use crate::functions::tally::statistics::z;
use crate::insight::distributions::normal_p;

use super::pair_slopes::{SlopePoints, TrendPoint, swapped_pairs};
use super::slope_ranks::slope_of_rank;

/// Fewest points that have a p.
const FEWEST_FOR_P: usize = 4;

/// The trend of a series. Without two different times all but `n` and `s` are `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TrendDetail {
    pub(crate) n: i64,
    /// Pairs that rise with time less pairs that fall.
    pub(crate) s: i64,
    /// Kendall's τ-b of time and value; `None` where one of them is constant.
    pub(crate) tau: Option<f64>,
    /// Median slope of all pairs, a unit of time.
    pub(crate) slope: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) z: Option<f64>,
    pub(crate) p: Option<f64>,
}

/// Pairs by how they are tied.
#[derive(Debug, Clone, Copy)]
struct PairCounts {
    all: i128,
    same_time: i128,
    same_value: i128,
    s: i128,
    /// Variance of `s` if there is no trend.
    variance: f64,
}

/// Sen's slope of points in any order; `None` without two different times.
pub(crate) fn trend(points: &[TrendPoint]) -> Option<f64> {
    let points = SlopePoints::new(points);
    let slopes = slope_count(count_pairs(points.points()))?;
    median_slope(&points, slopes)
}

/// The trend of points in any order, its interval at `level`, which lies strictly between 0 and 1.
pub(crate) fn trend_detail(points: &[TrendPoint], level: f64) -> TrendDetail {
    let points = SlopePoints::new(points);
    let n = points.points().len();
    let pairs = count_pairs(points.points());
    let slopes = slope_count(pairs);
    let varies = pairs.variance > 0.0 && n >= FEWEST_FOR_P;
    let ends = slopes.filter(|_| varies).map(|slopes| {
        let spread = z(level) * pairs.variance.sqrt();
        interval_ranks(slopes, spread)
    });
    // A step towards 0 for continuity.
    let z = varies.then(|| real(pairs.s - pairs.s.signum()) / pairs.variance.sqrt());
    TrendDetail {
        n: i64::try_from(n).unwrap_or(i64::MAX),
        s: i64::try_from(pairs.s).unwrap_or(i64::MAX),
        tau: tau_b(pairs),
        slope: slopes.and_then(|slopes| median_slope(&points, slopes)),
        low: ends.and_then(|(low, _)| slope_of_rank(&points, low)),
        high: ends.and_then(|(_, high)| slope_of_rank(&points, high)),
        z,
        p: z.map(normal_p),
    }
}

/// Pairs at different times; `None` if there are none.
fn slope_count(pairs: PairCounts) -> Option<u64> {
    let slopes = u64::try_from(pairs.all - pairs.same_time).ok()?;
    (slopes > 0).then_some(slopes)
}

fn median_slope(points: &SlopePoints, slopes: u64) -> Option<f64> {
    let upper = slope_of_rank(points, slopes / 2)?;
    if slopes % 2 == 1 {
        return Some(upper);
    }
    let lower = slope_of_rank(points, slopes / 2 - 1)?;
    Some(f64::midpoint(lower, upper))
}

/// Zero-based ranks of the ends of Sen's interval; halves are rounded to the even rank.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the ranks; beyond 2^53 pairs a rank more or less is no matter"
)]
fn interval_ranks(slopes: u64, spread: f64) -> (u64, u64) {
    let last = slopes - 1;
    let end = |spread: f64| ((slopes as f64 + spread) / 2.0).round_ties_even();
    let low = (end(-spread) - 1.0).max(0.0) as u64;
    let high = end(spread).max(0.0) as u64;
    (low.min(last), high.min(last))
}

/// Kendall's τ-b; `None` where all times or all values are equal.
fn tau_b(pairs: PairCounts) -> Option<f64> {
    let by_time = real(pairs.all - pairs.same_time);
    let by_value = real(pairs.all - pairs.same_value);
    let product = by_time.sqrt() * by_value.sqrt();
    (product > 0.0).then(|| (real(pairs.s) / product).clamp(-1.0, 1.0))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sums over more than 10^7 points lose no digit that anyone sees"
)]
fn real(n: i128) -> f64 {
    n as f64
}

/// Counts the pairs of points sorted by time and value.
fn count_pairs(points: &[TrendPoint]) -> PairCounts {
    let by_time: Vec<usize> = (0..points.len()).collect();
    let mut by_value = by_time.clone();
    // Equal values keep the order of time, so that only a fall changes places.
    by_value.sort_by(|&a, &b| points[a].value.total_cmp(&points[b].value));
    let falling = i128::from(swapped_pairs(&by_time, &by_value, |_, _| ()));
    let times = tie_sizes(points.iter(), |a, b| a.time.total_cmp(&b.time).is_eq());
    let both = tie_sizes(points.iter(), |a, b| {
        a.time.total_cmp(&b.time).is_eq() && a.value.total_cmp(&b.value).is_eq()
    });
    let sorted = by_value.iter().map(|&number| &points[number]);
    let values = tie_sizes(sorted, |a, b| a.value.total_cmp(&b.value).is_eq());
    let n = i128::try_from(points.len()).unwrap_or(i128::MAX);
    let all = n * (n - 1) / 2;
    let (same_time, same_value) = (tied_pairs(&times), tied_pairs(&values));
    let rising = all - same_time - same_value + tied_pairs(&both) - falling;
    PairCounts {
        all,
        same_time,
        same_value,
        s: rising - falling,
        variance: tied_variance(n, &times, &values),
    }
}

/// Sizes of the runs of more than one equal point.
fn tie_sizes<'a>(
    points: impl Iterator<Item = &'a TrendPoint>,
    same: impl Fn(&TrendPoint, &TrendPoint) -> bool,
) -> Vec<i128> {
    let mut sizes = Vec::new();
    let mut size = 1;
    let mut before: Option<&TrendPoint> = None;
    for point in points {
        if before.is_some_and(|before| same(before, point)) {
            size += 1;
        } else if size > 1 {
            sizes.push(std::mem::replace(&mut size, 1));
        }
        before = Some(point);
    }
    if size > 1 {
        sizes.push(size);
    }
    sizes
}

fn tied_pairs(sizes: &[i128]) -> i128 {
    sizes.iter().map(|size| size * (size - 1) / 2).sum()
}

/// Variance of S with ties on both sides (Kendall 1975, chapter 4).
fn tied_variance(n: i128, times: &[i128], values: &[i128]) -> f64 {
    let sum = |sizes: &[i128], term: fn(i128) -> i128| sizes.iter().map(|&size| term(size)).sum();
    let main = |size: i128| size * (size - 1) * (2 * size + 5);
    let pairs = |size: i128| size * (size - 1);
    let triples = |size: i128| size * (size - 1) * (size - 2);
    let (times_main, values_main): (i128, i128) = (sum(times, main), sum(values, main));
    let (times_pairs, values_pairs): (i128, i128) = (sum(times, pairs), sum(values, pairs));
    let (times_triples, values_triples): (i128, i128) = (sum(times, triples), sum(values, triples));
    let mut variance = real(main(n) - times_main - values_main) / 18.0;
    if n > 1 {
        variance += real(times_pairs) * real(values_pairs) / real(2 * pairs(n));
    }
    if n > 2 {
        variance += real(times_triples) * real(values_triples) / real(9 * triples(n));
    }
    variance
}

#[cfg(test)]
mod tests;
