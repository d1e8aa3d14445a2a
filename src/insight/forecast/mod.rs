//! Forecasts of a series with a season, and the staff that a volume of work needs.

pub(crate) mod backtest;
pub(crate) mod erlang;
pub(crate) mod erlang_abandonment;
pub(crate) mod methods;
pub(crate) mod mstl;
pub(crate) mod seasonal_naive;
pub(crate) mod staffing;
