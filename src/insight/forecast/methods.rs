//! The choice of a forecasting method, and the forecast by it.

use super::backtest::{BacktestErrors, backtest};
use super::mstl::mstl_forecast;
use super::seasonal_naive::{ForecastSpread, ForecastStep};
use super::seasonal_naive::{seasonal_naive, seasonal_naive_backlog};

/// Seasons that `auto` needs to try more than last season's value.
const FEWEST_SEASONS_TO_CHOOSE: usize = 8;

/// A method as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MethodChoice {
    Auto,
    SeasonalNaive,
    Mstl,
}

/// A method that made a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForecastMethod {
    SeasonalNaive,
    Mstl,
}

impl ForecastMethod {
    /// The method's name in SQL.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SeasonalNaive => "seasonal_naive",
            Self::Mstl => "mstl",
        }
    }
}

/// Arguments of `forecast`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ForecastSettings {
    /// Periods after which the season repeats, 1 for none; at least 1.
    pub(crate) season: usize,
    pub(crate) horizon: usize,
    /// Strictly between 0 and 1.
    pub(crate) level: f64,
    pub(crate) method: MethodChoice,
    /// Values are counts, never below 0.
    pub(crate) is_count: bool,
}

/// A forecast cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForecastFault {
    /// Fewer than two seasons.
    TooShort { periods: usize, needed: usize },
    /// MSTL, asked for by name, found no model.
    NoModel,
}

/// A forecast with the method behind it and its mean absolute scaled error over the last horizons.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SeriesForecast {
    pub(crate) method: ForecastMethod,
    pub(crate) mase: Option<f64>,
    pub(crate) steps: Vec<ForecastStep>,
}

/// Forecasts a series without gaps, in order of time.
pub(crate) fn forecast(
    values: &[f64],
    settings: ForecastSettings,
) -> Result<SeriesForecast, ForecastFault> {
    check_length(values.len(), settings.season)?;
    let naive_mase = try_naive(values, settings).and_then(|errors| errors.mase);
    let by_mstl = match settings.method {
        MethodChoice::SeasonalNaive => None,
        MethodChoice::Auto => better_errors_of_mstl(values, settings, naive_mase),
        // Without a backtest its intervals stay as they are.
        MethodChoice::Mstl => Some(try_mstl(values, settings).unwrap_or_default()),
    };
    let found = by_mstl.and_then(|errors| widened(values, settings, &errors));
    if found.is_none() && settings.method == MethodChoice::Mstl {
        return Err(ForecastFault::NoModel);
    }
    Ok(found.unwrap_or_else(|| {
        let ForecastSettings {
            season,
            horizon,
            level,
            ..
        } = settings;
        let steps = seasonal_naive(values, season, horizon, level);
        SeriesForecast {
            method: ForecastMethod::SeasonalNaive,
            mase: naive_mase,
            steps: cut_steps(&steps.unwrap_or_default(), settings),
        }
    }))
}

/// The errors of MSTL over the last horizons, if there is enough to try it on and they are the smaller ones. A
/// series that repeats itself has no MASE, and nothing beats last season's value on it.
fn better_errors_of_mstl(
    values: &[f64],
    settings: ForecastSettings,
    naive_mase: Option<f64>,
) -> Option<BacktestErrors> {
    let enough = settings.season.saturating_mul(FEWEST_SEASONS_TO_CHOOSE);
    if values.len() < enough {
        return None;
    }
    let errors = try_mstl(values, settings)?;
    (errors.mase? < naive_mase?).then_some(errors)
}

/// Forecasts the levels of a backlog that ended at `last_level` from its net flow, opened less closed, by the
/// seasonal naive method: no other has a variance of its sums. `mase` is that of the net flow.
pub(crate) fn forecast_backlog(
    net_flow: &[f64],
    last_level: f64,
    settings: ForecastSettings,
) -> Result<SeriesForecast, ForecastFault> {
    check_length(net_flow.len(), settings.season)?;
    let ForecastSettings {
        season,
        horizon,
        level,
        ..
    } = settings;
    let steps = seasonal_naive_backlog(net_flow, last_level, season, horizon, level);
    Ok(SeriesForecast {
        method: ForecastMethod::SeasonalNaive,
        mase: try_naive(net_flow, settings).and_then(|errors| errors.mase),
        steps: cut_steps(&steps.unwrap_or_default(), settings),
    })
}

/// Refuses a series of under two seasons.
fn check_length(periods: usize, season: usize) -> Result<(), ForecastFault> {
    let needed = season.max(1).saturating_mul(2);
    if periods < needed {
        return Err(ForecastFault::TooShort { periods, needed });
    }
    Ok(())
}

fn try_naive(values: &[f64], settings: ForecastSettings) -> Option<BacktestErrors> {
    let ForecastSettings { season, level, .. } = settings;
    backtest(values, season, settings.horizon, |train, steps| {
        seasonal_naive(train, season, steps, level)
    })
}

fn try_mstl(values: &[f64], settings: ForecastSettings) -> Option<BacktestErrors> {
    let ForecastSettings { season, level, .. } = settings;
    backtest(values, season, settings.horizon, |train, steps| {
        mstl_forecast(train, season, steps, level)
    })
}

/// MSTL's forecast, its intervals as wide as its errors in the backtest were: its own leave the error of the
/// season out.
fn widened(
    values: &[f64],
    settings: ForecastSettings,
    errors: &BacktestErrors,
) -> Option<SeriesForecast> {
    let ForecastSettings {
        season,
        horizon,
        level,
        ..
    } = settings;
    let mut steps = mstl_forecast(values, season, horizon, level)?;
    let factor = errors.widening(level);
    for step in &mut steps {
        step.half_width *= factor;
    }
    Some(SeriesForecast {
        method: ForecastMethod::Mstl,
        mase: errors.mase,
        steps: cut_steps(&steps, settings),
    })
}

fn cut_steps(steps: &[ForecastSpread], settings: ForecastSettings) -> Vec<ForecastStep> {
    let cut = |step: &ForecastSpread| step.step(settings.is_count);
    steps.iter().map(cut).collect()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "worked out by hand, and exact")]
mod tests;
