//! Dates and times: casts, units, differences, and the year 9999.

pub(super) mod casts_to_times;
pub(super) mod coarse_times;
mod common_unit;
pub(super) mod date_difference;
pub(super) mod end_of_time;
mod time_literals;
