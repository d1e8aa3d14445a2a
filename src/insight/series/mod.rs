//! Statistics of one series of numbers by period: anomalies, control charts, changes of level, trend.
//!
//! A period is the whole number of days, weeks, .. since a fixed day, so that its place in the season is that
//! number modulo the season's length, whatever rows are missing.

pub(crate) mod anomalies;
pub(crate) mod change_points;
pub(crate) mod control_chart;
pub(crate) mod control_limits;
mod deviation_rows;
pub(crate) mod long_run_variance;
pub(crate) mod medians;
pub(crate) mod nelson_rules;
pub(crate) mod pair_slopes;
pub(crate) mod periods;
pub(crate) mod season_effects;
pub(crate) mod season_window;
pub(crate) mod segment_costs;
pub(crate) mod segmentation;
pub(crate) mod slope_ranks;
pub(crate) mod trend;

pub(super) use deviation_rows::STATISTICS;
