//! Anomalies: each point against the median and the scatter of the periods before it.
//!
//! Source: B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers", 1993 (modified z score, 3.5).
//! The deviation of a position's median from the median m of all cancels out of m + effect, so that it is
//! never formed: expected values of a series that repeats itself are then exact, not off by a rounding.

use super::medians::{MAD_SCALE, MEAN_DEVIATION_SCALE, mean, median_of_sorted};
use super::periods::SeriesPoint;
use super::season_window::SeasonWindow;

/// Fewest values in a window that say something about the next one.
const FEWEST_VALUES: usize = 14;

/// Fewest whole seasons that a window must reach over.
const FEWEST_SEASONS: i64 = 3;

/// Arguments of `anomalies`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnomalySettings {
    /// Periods after which the season repeats, 1 for none; at least 1.
    pub(crate) season: u32,
    /// Periods before a point that it is judged by; at least 1.
    pub(crate) window: u32,
    /// Score above which a point is an anomaly.
    pub(crate) threshold: f64,
    /// Values are counts: their scale is at least the root of the expected count, as Poisson's.
    pub(crate) counts: bool,
}

/// A point's expected range and how far the point is from it. All `None` where nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct AnomalyVerdict {
    pub(crate) expected: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) score: Option<f64>,
    pub(crate) is_anomaly: Option<bool>,
}

/// The verdict of each point. `points` are in order of their periods, one a period, values finite.
pub(crate) fn anomalies(points: &[SeriesPoint], settings: AnomalySettings) -> Vec<AnomalyVerdict> {
    let mut window = SeasonWindow::new(settings.season, settings.window);
    let first = points.iter().find(|point| point.usable().is_some());
    let first_period = first.map_or(0, |point| point.period);
    let mut verdicts = Vec::with_capacity(points.len());
    for point in points {
        window.drop_before(point.period.saturating_sub(i64::from(settings.window)));
        let reach = point.period.saturating_sub(first_period);
        let verdict = point.usable().and_then(|value| {
            let long_enough = reach.min(i64::from(settings.window))
                >= FEWEST_SEASONS * i64::from(settings.season);
            long_enough.then(|| judge(&mut window, settings, point.period, value))?
        });
        verdicts.push(verdict.unwrap_or_default());
        if let Some(value) = point.usable() {
            window.push(point.period, value);
        }
    }
    verdicts
}

/// Judges a value after the window; `None` where the window holds too little.
fn judge(
    window: &mut SeasonWindow,
    settings: AnomalySettings,
    period: i64,
    value: f64,
) -> Option<AnomalyVerdict> {
    if window.len() < FEWEST_VALUES {
        return None;
    }
    let position_median = window.position_median(period)?;
    let centre = window.residual_median()?;
    let expected = position_median + centre;
    let deviations = window.deviations_from(centre);
    let mut scale = MAD_SCALE * median_of_sorted(deviations)?;
    if scale <= 0.0 {
        scale = MEAN_DEVIATION_SCALE * mean(deviations)?;
    }
    if settings.counts {
        scale = scale.max(expected.max(1.0).sqrt());
    }
    Some(verdict(value, expected, scale, settings.threshold))
}

/// Compares a value with what was expected. A window that does not vary has no score, and every other value is
/// an anomaly.
fn verdict(value: f64, expected: f64, scale: f64, threshold: f64) -> AnomalyVerdict {
    let score = (scale > 0.0).then(|| (value - expected) / scale);
    let differs = (value - expected).abs() > 0.0;
    AnomalyVerdict {
        expected: Some(expected),
        low: Some(expected - threshold * scale),
        high: Some(expected + threshold * scale),
        score,
        is_anomaly: Some(score.map_or(differs, |score| score.abs() > threshold)),
    }
}

#[cfg(test)]
mod tests;
