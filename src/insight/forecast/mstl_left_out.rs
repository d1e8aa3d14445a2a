//! The place of MSTL in builds without the feature `forecast`: it finds no model, and plans refuse it before.

use super::seasonal_naive::ForecastSpread;

/// No forecast.
pub(crate) fn mstl_forecast(
    _values: &[f64],
    _season: usize,
    _horizon: usize,
    _level: f64,
) -> Option<Vec<ForecastSpread>> {
    None
}
