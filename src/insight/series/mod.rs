//! Statistics of one series of numbers by period: anomalies, control charts, changes of level, trend.
//!
//! A period is the whole number of days, weeks, .. since a fixed day, so that its place in the season is that
//! number modulo the season's length, whatever rows are missing. The files that end in `function` are what SQL
//! calls; `series_call`, `series_rows` and `series_table` are what they have in common.

mod anomalies;
mod anomalies_function;
mod calendar_grain;
mod change_points;
mod changes_function;
mod control_chart;
mod control_function;
pub(crate) mod control_limits;
mod deviation_rows;
mod hit_counts;
mod long_run_variance;
pub(crate) mod medians;
mod nelson_rules;
mod pair_slopes;
pub(crate) mod periods;
mod season_effects;
mod season_window;
mod segment_costs;
mod segmentation;
pub(crate) mod series_call;
mod series_clock;
pub(crate) mod series_rows;
pub(crate) mod series_table;
mod slope_ranks;
mod trend;
mod trend_functions;
mod trend_keys;

pub(crate) use anomalies_function::ANOMALIES;
pub(crate) use changes_function::CHANGE_POINTS;
pub(crate) use control_function::CONTROL_CHART;
pub(crate) use deviation_rows::STATISTICS as DEVIATIONS;
pub(crate) use trend_functions::STATISTICS as TRENDS;
