//! Forecasts of a series with a season, and the staff that a volume of work needs.

mod backtest;
mod erlang;
mod erlang_abandonment;
mod forecast_function;
mod methods;
#[cfg(feature = "forecast")]
mod mstl;
#[cfg(not(feature = "forecast"))]
#[path = "mstl_left_out.rs"]
mod mstl;
mod seasonal_naive;
mod staffing;
mod staffing_functions;

pub(crate) use forecast_function::FORECAST;
pub(crate) use staffing_functions::SCALARS;
