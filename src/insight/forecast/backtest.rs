//! Errors that a method would have made in forecasts of the last horizons of a series.

use super::seasonal_naive::{ForecastSpread, mase};
use crate::insight::series::medians::count;

/// Horizons at the end of the series that a method is tried on.
const HORIZONS: usize = 4;

/// Seasons that a series must have before a forecast.
const FEWEST_SEASONS: usize = 2;

/// Errors of a method on values that it had not seen.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct BacktestErrors {
    /// Mean of the MASE of the horizons tried; `None` where none has one.
    pub(crate) mase: Option<f64>,
    /// |error| / half width of the interval, ascending, of all steps with a width.
    error_ratios: Vec<f64>,
}

impl BacktestErrors {
    /// The factor that makes intervals hold the share `level` of the values tried, at least 1.
    pub(crate) fn widening(&self, level: f64) -> f64 {
        quantile_of_sorted(&self.error_ratios, level).map_or(1.0, |ratio| ratio.max(1.0))
    }
}

/// Places at which the last horizons start: each leaves two seasons before it. Without room for one whole
/// horizon the values after the second season are one.
pub(crate) fn forecast_origins(n: usize, season: usize, horizon: usize) -> Vec<usize> {
    let fewest = FEWEST_SEASONS.saturating_mul(season);
    let whole = (1..=HORIZONS)
        .rev()
        .filter_map(|back| n.checked_sub(back.checked_mul(horizon)?))
        .filter(|&origin| origin >= fewest && origin < n);
    let origins: Vec<usize> = whole.collect();
    if origins.is_empty() && n > fewest {
        return vec![fewest];
    }
    origins
}

/// Tries a method, which forecasts a number of steps from the values given to it, at every origin. `None` if
/// it failed at one of them or there is none.
pub(crate) fn backtest(
    values: &[f64],
    season: usize,
    horizon: usize,
    method: impl Fn(&[f64], usize) -> Option<Vec<ForecastSpread>>,
) -> Option<BacktestErrors> {
    let (mut scaled, mut error_ratios) = (Vec::new(), Vec::new());
    let origins = forecast_origins(values.len(), season, horizon);
    for &origin in &origins {
        let (train, rest) = values.split_at(origin);
        let test = rest.get(..horizon).unwrap_or(rest);
        let found = method(train, test.len())?;
        let points: Vec<f64> = found.iter().map(|step| step.forecast).collect();
        scaled.extend(mase(train, test, &points, season));
        let steps = test.iter().zip(&found);
        error_ratios.extend(
            steps
                .filter(|(_, step)| step.half_width > 0.0)
                .map(|(value, step)| (value - step.forecast).abs() / step.half_width),
        );
    }
    error_ratios.sort_unstable_by(f64::total_cmp);
    let sum: f64 = scaled.iter().sum();
    (!origins.is_empty()).then(|| BacktestErrors {
        mase: (!scaled.is_empty()).then(|| sum / count(scaled.len())),
        error_ratios,
    })
}

/// The `q` quantile of ascending values, linear between them; `None` without values.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and the number of values"
)]
fn quantile_of_sorted(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = q * count(last);
    let below = (place.floor() as usize).min(last);
    let (low, high) = (*sorted.get(below)?, *sorted.get((below + 1).min(last))?);
    Some(low + (place - place.floor()) * (high - low))
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "worked out by hand, and exact")]
mod tests {
    use super::*;

    #[test]
    fn origins_are_the_last_four_horizons() {
        assert_eq!(forecast_origins(200, 7, 28), [88, 116, 144, 172]);
        assert_eq!(forecast_origins(80, 7, 28), [24, 52]);
        assert_eq!(forecast_origins(30, 7, 28), [14]);
        assert_eq!(forecast_origins(14, 7, 28), [0; 0]);
        assert_eq!(forecast_origins(14, 7, 0), [0; 0]);
        assert_eq!(forecast_origins(usize::MAX, 1, usize::MAX / 3).len(), 2);
    }

    /// A method that says 0 ± 1 of the values 1 to 4 after two seasons: |error| / width 1 to 4.
    #[test]
    fn errors_of_a_constant_forecast() {
        let values = [0.0, 2.0, 0.0, 3.0, 1.0, 2.0, 3.0, 4.0];
        let method = |_: &[f64], n: usize| {
            let step = ForecastSpread {
                forecast: 0.0,
                half_width: 1.0,
            };
            Some(vec![step; n])
        };
        let found = backtest(&values, 2, 2, method).unwrap();
        // Scales ½ of 0, 2, 0, 3 and (0 + 1 + 1 + 1) / 4 of the first six; mean errors 1.5 and 3.5.
        assert_eq!(found.mase, Some((1.5 / 0.5 + 3.5 / 0.75) / 2.0));
        assert_eq!(found.widening(0.5), 2.5);
        assert_eq!(found.widening(0.8), 1.0 + 0.8 * 3.0);
    }

    #[test]
    fn intervals_never_become_narrower() {
        let found = BacktestErrors {
            mase: None,
            error_ratios: vec![0.1, 0.2],
        };
        assert_eq!(found.widening(0.8), 1.0);
        let none = BacktestErrors {
            mase: None,
            error_ratios: Vec::new(),
        };
        assert_eq!(none.widening(0.8), 1.0);
    }

    #[test]
    fn a_method_that_fails_has_no_errors() {
        assert_eq!(backtest(&[1.0; 40], 7, 7, |_, _| None), None);
    }
}
