//! Drivers of an outcome: how much of its variation goes with each, and by how much.
//!
//! Source: U. Grömping, "Relative importance for linear regression in R: the package relaimpo", 2006.

mod cross_products;
mod driver_columns;
mod fit;
mod importance;
mod matrix;
mod refusal;
mod report;
mod row_fold;
mod shares;
mod table;
mod tally;

pub(in crate::insight) use table::KEY_DRIVERS;

/// Most drivers of one call: the subsets of more would take seconds.
const MOST_DRIVERS: usize = 12;
/// Most values of a text driver.
const DRIVER_LEVELS: usize = 30;
/// Groups of rows of which one at a time is left out.
const JACKKNIFE_GROUPS: usize = 20;
/// Share of a column's variation that must be its own, and of the outcome's that must be left for an
/// interval: below it, digits of the rest are noise.
const OWN_SHARE: f64 = 1e-10;
