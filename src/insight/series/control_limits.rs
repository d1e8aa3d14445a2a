//! Centre and standard deviation of control charts for individual values and for counts out of n.

use super::medians::{count, mean};

/// Turns a mean moving range of two into a standard deviation of normal values: d₂ as tables print it.
const MOVING_RANGE_SCALE: f64 = 1.128;

/// Hits out of n cases: solved out of offered, reopens of tickets. For shares at most n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HitCount {
    pub(crate) hits: i64,
    pub(crate) n: i64,
}

impl HitCount {
    /// hits / n, times 100 for a share in percent; `None` without cases.
    pub(crate) fn rate(self, scale: f64) -> Option<f64> {
        (self.n > 0).then(|| scale * whole(self.hits) / whole(self.n))
    }
}

/// An integer as a double.
#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
pub(crate) fn whole(n: i64) -> f64 {
    n as f64
}

/// Hits of all points out of their cases; `None` without cases.
pub(crate) fn pooled(points: &[HitCount]) -> Option<HitCount> {
    let sum = |part: fn(&HitCount) -> i64| points.iter().map(part).try_fold(0, i64::checked_add);
    let (hits, n) = (sum(|point| point.hits)?, sum(|point| point.n)?);
    (n > 0).then_some(HitCount { hits, n })
}

/// Standard deviation of a share of n cases about `centre`, both in percent.
pub(crate) fn share_deviation(centre: f64, n: i64) -> f64 {
    (centre * (100.0 - centre)).max(0.0).sqrt() / whole(n).sqrt()
}

/// Mean moving range of neighbours as a standard deviation; `None` below two values.
///
/// It looks at neighbours only, so that a shift or a slow drift of the level does not widen the limits that
/// are to find it.
pub(crate) fn moving_range_deviation(values: &[f64]) -> Option<f64> {
    let ranges: Vec<f64> = values
        .iter()
        .zip(values.iter().skip(1))
        .map(|(value, next)| (next - value).abs())
        .collect();
    if ranges.is_empty() {
        return None;
    }
    Some(ranges.iter().sum::<f64>() / count(ranges.len()) / MOVING_RANGE_SCALE)
}

/// Mean and standard deviation of an individuals chart; `None` below two values.
pub(crate) fn individual_limits(values: &[f64]) -> Option<(f64, f64)> {
    Some((mean(values)?, moving_range_deviation(values)?))
}

/// Laney's `σ_z`: the scatter of the standardised shares from day to day in units of that of the binomial
/// distribution. `None` below two points with cases.
///
/// Source: D. B. Laney, "Improved control charts for attributes", Quality Engineering 14, 2002.
pub(crate) fn laney_deviation(points: &[HitCount], centre: f64) -> Option<f64> {
    let standardised: Vec<f64> = points
        .iter()
        .filter_map(|point| {
            let off = point.rate(100.0)? - centre;
            let deviation = share_deviation(centre, point.n);
            Some(if deviation > 0.0 {
                off / deviation
            } else {
                0.0
            })
        })
        .collect();
    moving_range_deviation(&standardised)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1, 3, 2: ranges 2 and 1, mean 1.5.
    #[test]
    fn an_individuals_chart_by_hand() {
        assert_eq!(
            individual_limits(&[1.0, 3.0, 2.0]),
            Some((2.0, 1.5 / 1.128))
        );
        assert_eq!(individual_limits(&[1.0]), None);
    }

    #[test]
    fn equal_values_are_on_their_centre() {
        assert_eq!(individual_limits(&[0.1; 10]), Some((0.1, 0.0)));
    }

    /// All hit, or all alike: no scatter, and no division by the deviation 0 of a share of 100.
    #[test]
    fn shares_without_scatter() {
        let all = [HitCount { hits: 4, n: 4 }, HitCount { hits: 9, n: 9 }];
        assert_eq!(laney_deviation(&all, 100.0), Some(0.0));
        let third = [
            HitCount { hits: 1, n: 3 },
            HitCount { hits: 0, n: 0 },
            HitCount { hits: 2, n: 6 },
        ];
        let centre = pooled(&third).and_then(|all| all.rate(100.0)).unwrap();
        assert_eq!(laney_deviation(&third, centre), Some(0.0));
    }

    #[test]
    fn no_cases_have_no_rate() {
        assert_eq!(pooled(&[HitCount { hits: 0, n: 0 }]), None);
        assert_eq!(
            pooled(
                &[HitCount {
                    hits: 0,
                    n: i64::MAX
                }; 2]
            ),
            None
        );
        assert_eq!(HitCount { hits: 0, n: 0 }.rate(100.0), None);
    }
}
