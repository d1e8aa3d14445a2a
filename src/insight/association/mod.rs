//! Numbers that go together: correlations, weighted values, key drivers.

mod correlation;
mod exact_products;
mod functions;
mod kendall;
mod key_drivers;
mod pearson;
mod pearson_rows;
mod rank_rows;
mod spearman;
mod weighted;
mod weighted_rows;
mod weighted_tallies;
mod weights;
mod wide_integer;

pub(super) use functions::STATISTICS;
pub(super) use key_drivers::KEY_DRIVERS;
