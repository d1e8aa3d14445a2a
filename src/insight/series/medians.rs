//! Medians and the median absolute deviation.

/// Turns a median absolute deviation into a standard deviation of normal values: 1 / Φ⁻¹(3/4).
pub(crate) const MAD_SCALE: f64 = 1.482_602_218_505_602;

/// Turns a mean absolute deviation into a standard deviation of normal values: √(π/2).
pub(crate) const MEAN_DEVIATION_SCALE: f64 = 1.253_314_137_315_500_3;

/// Median of finite `values`, the mean of both middle ones where their number is even; reorders them. `None`
/// without values.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let (n, half) = (values.len(), values.len() / 2);
    let (below, &mut upper, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    if n % 2 == 1 {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    Some(f64::midpoint(lower, upper))
}

/// Median of values in ascending order. `None` without values.
pub(crate) fn median_of_sorted(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    Some(f64::midpoint(lower, upper))
}

/// Median absolute deviation from the median, unscaled, of all values at once: the second way to what
/// `deviation_rows` computes of counts. `None` without values.
#[cfg(test)]
pub(crate) fn mad(values: &[f64]) -> Option<f64> {
    let mut scratch = values.to_vec();
    let centre = median(&mut scratch)?;
    for value in &mut scratch {
        *value = (*value - centre).abs();
    }
    median(&mut scratch)
}

/// Arithmetic mean that is exactly the value where all values are equal, which Σx / n is not: ten times 0.1
/// add up to less than 1. `None` without values.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    let first = *values.first()?;
    let off: f64 = values.iter().map(|value| value - first).sum();
    Some(first + off / count(values.len()))
}

/// The number of values as a double.
#[expect(
    clippy::cast_precision_loss,
    reason = "no series in memory has 2^53 values"
)]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "worked out by hand, and exact")]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_numbers_of_values() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(&mut []), None);
        assert_eq!(median_of_sorted(&[1.0, 2.0, 3.0, 4.0]), Some(2.5));
        assert_eq!(median_of_sorted(&[7.0]), Some(7.0));
        assert_eq!(median_of_sorted(&[]), None);
    }

    /// 1, 1, 2, 2, 4, 6, 9: median 2, deviations 1, 1, 0, 0, 2, 4, 7, whose median is 1.
    #[test]
    fn mad_of_a_textbook_sample() {
        assert_eq!(mad(&[1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0]), Some(1.0));
        assert_eq!(mad(&[5.0]), Some(0.0));
        assert_eq!(mad(&[]), None);
    }

    #[test]
    fn the_mean_of_equal_values_is_that_value() {
        let values = [0.1; 10];
        assert_eq!(mean(&values), Some(0.1));
        assert_ne!(values.iter().sum::<f64>() / 10.0, 0.1);
    }
}
