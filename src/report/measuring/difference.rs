//! The difference of two estimates of which only value and interval are known.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::report::model::{Change, Estimate};

/// `later` minus `earlier` with the interval that the two intervals make (square and add: Zou and Donner 2008), and
/// the p at which it would end at 0. Of rates this is the interval of `compare_rate`.
pub(super) fn difference(later: &Estimate, earlier: &Estimate, level: f64) -> Option<Change> {
    let (now, then) = (later.value?, earlier.value?);
    let difference = now - then;
    let mut change = Change {
        difference,
        low: None,
        high: None,
        p: None,
        p_adjusted: None,
    };
    let ends = |estimate: &Estimate| Some((estimate.low?, estimate.high?));
    if let (Some((low, high)), Some((earlier_low, earlier_high))) = (ends(later), ends(earlier)) {
        let below = (now - low).hypot(earlier_high - then);
        let above = (high - now).hypot(then - earlier_low);
        change.low = Some(difference - below);
        change.high = Some(difference + above);
        change.p = p_value(
            difference,
            if difference > 0.0 { below } else { above },
            level,
        );
    }
    Some(change)
}

/// Two-sided p of a change, from the end of its interval that is nearer to 0.
pub(super) fn p_of_interval(change: &Change, level: f64) -> Option<f64> {
    let end = if change.difference > 0.0 {
        change.low
    } else {
        change.high
    };
    p_value(change.difference, (change.difference - end?).abs(), level)
}

/// Two-sided p of a difference whose interval reaches `half_width` towards 0.
fn p_value(difference: f64, half_width: f64, level: f64) -> Option<f64> {
    let normal = Normal::standard();
    let z_of_level = normal.inverse_cdf(f64::midpoint(1.0, level));
    (half_width > 0.0).then(|| 2.0 * normal.sf(difference.abs() * z_of_level / half_width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, low: f64, high: f64) -> Estimate {
        Estimate {
            value: Some(value),
            low: Some(low),
            high: Some(high),
            n: 100,
        }
    }

    /// Newcombe 1998, table II, case (a): 56/70 against 48/80, method 10 gives 0.0524 to 0.3339.
    #[test]
    fn intervals_of_rates_make_newcombes() {
        let one = estimate(0.8, 0.691_863, 0.877_034);
        let two = estimate(0.6, 0.490_427, 0.700_431);
        let change = difference(&one, &two, 0.95).unwrap();
        assert!((change.low.unwrap() - 0.0524).abs() < 5e-4, "{change:?}");
        assert!((change.high.unwrap() - 0.3339).abs() < 5e-4, "{change:?}");
        assert!(change.p.unwrap() < 0.05);
    }

    #[test]
    fn an_interval_that_ends_at_zero_has_the_p_of_its_level() {
        let change = difference(&estimate(4.0, 0.0, 8.0), &estimate(0.0, 0.0, 0.0), 0.95).unwrap();
        assert!((change.p.unwrap() - 0.05).abs() < 1e-9);
        let none = Estimate {
            value: Some(1.0),
            low: None,
            high: None,
            n: 3,
        };
        let change = difference(&none, &none, 0.95).unwrap();
        assert_eq!((change.low, change.p), (None, None));
    }
}
