//! The definitions of the law as plain loops, without windows that move or sums that run.

/// Median of values; `None` without any.
pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[half]),
        _ => Some(f64::midpoint(sorted[half - 1], sorted[half])),
    }
}

/// Arguments of `anomalies`.
#[derive(Debug, Clone, Copy)]
pub(super) struct AnomalyCase {
    pub(super) season: i64,
    pub(super) window: i64,
    pub(super) counts: bool,
}

/// Expected value and scale of a period after `points` (period, value); `None` where nothing is said.
pub(super) fn expected(points: &[(i64, f64)], at: i64, case: AnomalyCase) -> Option<(f64, f64)> {
    let first = points.first()?.0;
    let window: Vec<(i64, f64)> = points
        .iter()
        .copied()
        .filter(|(period, _)| (at - case.window..at).contains(period))
        .collect();
    if window.len() < 14 || (at - first).min(case.window) < 3 * case.season {
        return None;
    }
    let all: Vec<f64> = window.iter().map(|(_, value)| *value).collect();
    let m = median(&all)?;
    let effect = |period: i64| {
        let place = period.rem_euclid(case.season);
        let own = window
            .iter()
            .filter(|(other, _)| other.rem_euclid(case.season) == place);
        median(&own.map(|(_, value)| value - m).collect::<Vec<_>>())
    };
    let residuals: Vec<f64> = window
        .iter()
        .map(|(period, value)| value - m - effect(*period).unwrap_or(0.0))
        .collect();
    let centre = median(&residuals)?;
    let deviations: Vec<f64> = residuals.iter().map(|e| (e - centre).abs()).collect();
    let expected = m + effect(at)? + centre;
    let mut scale = 1.482_602_218_505_602 * median(&deviations)?;
    if scale < 1e-9 {
        let sum: f64 = deviations.iter().sum();
        scale = 1.253_314_137_315_5 * sum / f64::from(u32::try_from(deviations.len()).unwrap());
    }
    if case.counts {
        scale = scale.max(expected.max(1.0).sqrt());
    }
    Some((expected, scale))
}

/// Sum of squares about the mean.
fn squares(values: &[f64]) -> f64 {
    let n = f64::from(u32::try_from(values.len()).unwrap());
    let mean = values.iter().sum::<f64>() / n;
    values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum()
}

/// Long-run variance from trimmed means of differences.
fn long_run_variance(values: &[f64]) -> f64 {
    let trimmed = |lag: usize| {
        let mut all: Vec<f64> = (lag..values.len())
            .map(|i| (values[i] - values[i - lag]).abs())
            .collect();
        all.sort_by(f64::total_cmp);
        let kept = (9 * all.len()).div_ceil(10);
        all[..kept].iter().sum::<f64>() / f64::from(u32::try_from(kept).unwrap())
    };
    let (one, two) = (trimmed(1), trimmed(2));
    let phi = ((two / one) * (two / one) - 1.0).clamp(0.0, 0.8);
    let step = one / 0.657_348_088_946_803;
    0.5 * step * step * (1.0 + phi) / ((1.0 - phi) * (1.0 - phi))
}

/// Places of the changes of the mean: the cheapest of all cuts, by trying every last change.
pub(super) fn mean_changes(values: &[f64], least: usize) -> Vec<usize> {
    let n = values.len();
    let variance = long_run_variance(values);
    let price = 3.0 * f64::from(u32::try_from(n).unwrap()).ln();
    let mut best = vec![f64::INFINITY; n + 1];
    let mut from = vec![0; n + 1];
    best[0] = -price;
    for end in least..=n {
        for start in 0..=end - least {
            let sum = best[start] + price + squares(&values[start..end]) / variance;
            if sum < best[end] - 1e-9 {
                best[end] = sum;
                from[end] = start;
            }
        }
    }
    let mut changes = vec![];
    let mut place = from[n];
    while place > 0 {
        changes.push(place);
        place = from[place];
    }
    changes.reverse();
    changes
}

/// Median slope of all pairs of (time, value), and Kendall's S.
pub(super) fn slope_and_s(points: &[(f64, f64)]) -> (Option<f64>, i64) {
    let (mut slopes, mut s) = (vec![], 0);
    for (place, (time, value)) in points.iter().enumerate() {
        for (later, next) in &points[place + 1..] {
            let (run, rise) = (later - time, next - value);
            if run != 0.0 {
                slopes.push(rise / run);
            }
            let product = run * rise;
            s += i64::from(product > 0.0) - i64::from(product < 0.0);
        }
    }
    (median(&slopes), s)
}
