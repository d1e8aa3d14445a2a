//! How many rows a question needs, and the changes that a number of rows can show.

use crate::functions::tally::statistics::z;
use crate::insight::distributions::normal_upper;

/// The normal quantile of a power: z with P(Z ≤ z) = `power`.
fn z_of_power(power: f64) -> f64 {
    if power >= 0.5 {
        z(2.0 * power - 1.0)
    } else {
        -z(1.0 - 2.0 * power)
    }
}

/// Rows for a share within ±`margin` points; `population` corrects for a finite one.
pub(super) fn rows_for_share(margin: f64, rate: f64, level: f64, population: Option<f64>) -> f64 {
    let n = z(level).powi(2) * rate * (100.0 - rate) / (margin * margin);
    match population {
        Some(population) => n / (1.0 + (n - 1.0) / population),
        None => n,
    }
}

/// Answers for an NPS within ±`margin` points; `shares` are those of promoters and detractors in percent. The
/// worst case without them is half of each: variance 1.
pub(super) fn rows_for_net_share(margin: f64, shares: Option<(f64, f64)>, level: f64) -> f64 {
    let variance = shares.map_or(1.0, |(ups, downs)| {
        let (ups, downs) = (ups / 100.0, downs / 100.0);
        ups + downs - (ups - downs).powi(2)
    });
    (100.0 * z(level) / margin).powi(2) * variance
}

/// Rows on each side that tell two shares apart, without continuity correction (J. L. Fleiss, "Statistical
/// methods for rates and proportions", 1981); `None` for equal shares.
pub(super) fn rows_to_compare_shares(
    rate_a: f64,
    rate_b: f64,
    power: f64,
    level: f64,
) -> Option<f64> {
    let (a, b) = (rate_a / 100.0, rate_b / 100.0);
    let (pooled, own) = deviations(a, b);
    let wanted = z(level) * pooled + z_of_power(power) * own;
    ((a - b).abs() > 0.0).then(|| (wanted / (a - b)).powi(2))
}

/// √(2 p̄ q̄), the deviation of a difference of equal shares, and √(p₁q₁ + p₂q₂), that of these shares.
fn deviations(a: f64, b: f64) -> (f64, f64) {
    let mean = f64::midpoint(a, b);
    (
        (2.0 * mean * (1.0 - mean)).sqrt(),
        (a * (1.0 - a) + b * (1.0 - b)).sqrt(),
    )
}

/// Rows on each side that tell two means apart (W. C. Guenther, "Sample size formulas for normal theory
/// t tests", 1981); `None` for no difference.
pub(super) fn rows_to_compare_means(
    sd: f64,
    difference: f64,
    power: f64,
    level: f64,
) -> Option<f64> {
    let (alpha, beta) = (z(level), z_of_power(power));
    let n =
        2.0 * (alpha + beta).powi(2) * sd * sd / (difference * difference) + alpha * alpha / 4.0;
    (difference != 0.0).then_some(n)
}

/// The chance of a clear result with `n` rows on each side, 0 to 1.
pub(super) fn power_to_compare_shares(rate_a: f64, rate_b: f64, n: f64, level: f64) -> f64 {
    let (a, b) = (rate_a / 100.0, rate_b / 100.0);
    let (pooled, own) = deviations(a, b);
    let distance = (a - b).abs() * n.sqrt() - z(level) * pooled;
    if own == 0.0 {
        // Shares of 0 or 100 on both sides do not vary.
        return if distance > 0.0 { 1.0 } else { 0.0 };
    }
    normal_upper(-distance / own)
}

/// The nearest share below, or above, `rate` that `n` rows on each side tell from it; `None` where even 0 or
/// 100 is not far enough. In percent.
pub(super) fn detectable_share(
    rate: f64,
    n: f64,
    power: f64,
    level: f64,
    is_above: bool,
) -> Option<f64> {
    let reached = |other: f64| power_to_compare_shares(rate, other, n, level) >= power;
    let end = if is_above { 100.0 } else { 0.0 };
    if !reached(end) {
        return None;
    }
    let (mut near, mut far) = (rate, end);
    while (far - near).abs() > 1e-12 {
        let middle = f64::midpoint(near, far);
        if reached(middle) {
            far = middle;
        } else {
            near = middle;
        }
    }
    Some(far)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Power and sample size are one formula solved for two unknowns.
    #[test]
    fn power_at_the_sample_size_is_the_power_asked_for() {
        for (a, b, power) in [(50.0, 75.0, 0.9), (80.0, 83.0, 0.8), (2.0, 9.0, 0.3)] {
            let n = rows_to_compare_shares(a, b, power, 0.95).unwrap();
            assert!((power_to_compare_shares(a, b, n, 0.95) - power).abs() < 1e-9);
        }
    }

    #[test]
    fn the_detectable_share_has_the_power_asked_for() {
        let up = detectable_share(80.0, 400.0, 0.8, 0.95, true).unwrap();
        assert!((power_to_compare_shares(80.0, up, 400.0, 0.95) - 0.8).abs() < 1e-9);
        assert_eq!(detectable_share(98.0, 100.0, 0.8, 0.95, true), None);
    }
}
