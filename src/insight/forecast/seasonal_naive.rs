//! The seasonal naive forecast: the value one season before.
//!
//! Source: R. J. Hyndman and G. Athanasopoulos, "Forecasting: Principles and Practice", 3rd edition, 5.2 and
//! table 5.2.

use crate::functions::tally::statistics::z;
use crate::insight::series::medians::count;

/// A forecast of one step ahead with the ends of its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ForecastStep {
    pub(crate) forecast: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// A point forecast with half the width of its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ForecastSpread {
    pub(crate) forecast: f64,
    pub(crate) half_width: f64,
}

impl ForecastSpread {
    /// The interval about the forecast. Counts are never below 0: neither are their forecasts and ends.
    pub(crate) fn step(self, is_count: bool) -> ForecastStep {
        let cut = |value: f64| if is_count { value.max(0.0) } else { value };
        ForecastStep {
            forecast: cut(self.forecast),
            low: cut(self.forecast - self.half_width),
            high: cut(self.forecast + self.half_width),
        }
    }
}

/// Differences of each value from that of the season before.
fn seasonal_differences(values: &[f64], season: usize) -> impl Iterator<Item = f64> {
    let later = values.iter().skip(season);
    values.iter().zip(later).map(|(value, next)| next - value)
}

/// Root mean square of the seasonal differences; `None` within the first season.
pub(crate) fn seasonal_deviation(values: &[f64], season: usize) -> Option<f64> {
    let n = values.len().checked_sub(season).filter(|&n| n > 0)?;
    let squares: f64 = seasonal_differences(values, season)
        .map(|difference| difference * difference)
        .sum();
    Some((squares / count(n)).sqrt())
}

/// Mean absolute seasonal difference, which scales errors; `None` within the first season.
pub(crate) fn seasonal_error(values: &[f64], season: usize) -> Option<f64> {
    let n = values.len().checked_sub(season).filter(|&n| n > 0)?;
    let sum: f64 = seasonal_differences(values, season).map(f64::abs).sum();
    Some(sum / count(n))
}

/// Mean absolute scaled error of a forecast of `test` that was made from `train`: below 1 it beats last
/// season's value. `None` where the series repeats itself or nothing was forecast.
///
/// Source: R. J. Hyndman and A. B. Koehler, "Another look at measures of forecast accuracy", International
/// Journal of Forecasting 22, 2006.
pub(crate) fn mase(train: &[f64], test: &[f64], forecast: &[f64], season: usize) -> Option<f64> {
    let scale = seasonal_error(train, season).filter(|&scale| scale > 0.0)?;
    let errors = test.iter().zip(forecast);
    let n = test.len().min(forecast.len());
    let sum: f64 = errors
        .map(|(value, forecast)| (value - forecast).abs())
        .sum();
    (n > 0).then(|| sum / count(n) / scale)
}

/// The value of a step ahead, counted from 0: that of the last season.
fn seasonal_value(values: &[f64], season: usize, ahead: usize) -> Option<f64> {
    let start = values.len().checked_sub(season)?;
    values.get(start + ahead.checked_rem(season)?).copied()
}

/// The next `horizon` values of a series without gaps, in order of time. `None` within the first season or if
/// `season` is 0; a forecast that may be trusted needs two.
pub(crate) fn seasonal_naive(
    values: &[f64],
    season: usize,
    horizon: usize,
    level: f64,
) -> Option<Vec<ForecastSpread>> {
    let width = z(level) * seasonal_deviation(values, season)?;
    let spread = |ahead: usize| {
        Some(ForecastSpread {
            forecast: seasonal_value(values, season, ahead)?,
            half_width: width * count(ahead.checked_div(season)? + 1).sqrt(),
        })
    };
    (0..horizon).map(spread).collect()
}

/// The next `horizon` levels of a backlog that ended at `last_level`, from its net flow (opened less closed).
///
/// An error of the flow stays in every later level and comes back with every season that repeats it: the
/// level h steps ahead has the variance σ² Σᵢ (⌊(h − i)/m⌋ + 1)². `None` as for [`seasonal_naive`].
pub(crate) fn seasonal_naive_backlog(
    net_flow: &[f64],
    last_level: f64,
    season: usize,
    horizon: usize,
    level: f64,
) -> Option<Vec<ForecastSpread>> {
    let width = z(level) * seasonal_deviation(net_flow, season)?;
    let (mut forecast, mut variance) = (last_level, 0.0);
    let spread = |ahead: usize| {
        forecast += seasonal_value(net_flow, season, ahead)?;
        let reach = count(ahead.checked_div(season)? + 1);
        variance += reach * reach;
        Some(ForecastSpread {
            forecast,
            half_width: width * variance.sqrt(),
        })
    };
    (0..horizon).map(spread).collect()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "worked out by hand, and exact")]
mod tests {
    use super::*;

    /// 1, 2, 3, 4 with season 2: differences 2 and 2, σ = 2.
    #[test]
    fn two_seasons_by_hand() {
        let found = seasonal_naive(&[1.0, 2.0, 3.0, 4.0], 2, 3, 0.8).unwrap();
        let values: Vec<f64> = found.iter().map(|step| step.forecast).collect();
        assert_eq!(values, [3.0, 4.0, 3.0]);
        assert_eq!(found[0].half_width, 2.0 * z(0.8));
        assert_eq!(found[2].half_width, 2.0 * z(0.8) * 2.0_f64.sqrt());
        assert_eq!(found[0].step(true).low, 3.0 - 2.0 * z(0.8));
        assert_eq!(found[2].step(true).low, 0.0);
        assert!(found[2].step(false).low < 0.0);
    }

    #[test]
    fn within_the_first_season_there_is_no_forecast() {
        assert_eq!(seasonal_naive(&[1.0, 2.0], 2, 3, 0.8), None);
        assert_eq!(seasonal_naive(&[1.0, 2.0], 0, 3, 0.8), None);
        assert_eq!(seasonal_naive(&[], 7, 3, 0.8), None);
        assert_eq!(
            seasonal_naive(&[1.0, 2.0, 3.0], 2, 0, 0.8),
            Some(Vec::new())
        );
        assert_eq!(seasonal_naive_backlog(&[1.0], 5.0, 2, 1, 0.8), None);
    }

    /// A series that repeats itself has no scale of errors.
    #[test]
    fn a_perfect_season_has_no_mase() {
        assert_eq!(mase(&[1.0, 2.0, 1.0, 2.0], &[1.0], &[3.0], 2), None);
        assert_eq!(
            mase(&[1.0, 2.0, 2.0, 4.0], &[1.0], &[3.0], 2),
            Some(4.0 / 3.0)
        );
        assert_eq!(mase(&[1.0, 2.0, 2.0, 4.0], &[], &[], 2), None);
    }

    /// A season of one period: variances 1, 1 + 4, 1 + 4 + 9 of σ² = 1, the squares of a random walk's sums.
    #[test]
    fn errors_of_a_backlog_add_up() {
        let found = seasonal_naive_backlog(&[0.0, 1.0, 0.0, 1.0], 10.0, 1, 3, 0.8).unwrap();
        let wanted = [(11.0, 1.0_f64), (12.0, 5.0), (13.0, 14.0)];
        for (step, (forecast, variance)) in found.iter().zip(wanted) {
            assert_eq!(step.forecast, forecast);
            assert!((step.half_width - z(0.8) * variance.sqrt()).abs() < 1e-15);
        }
    }
}
