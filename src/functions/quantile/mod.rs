//! Quantiles: exact ones, which retain every value of a group, and sketches, which count by buckets.

pub(crate) mod exact;
mod median;
pub(crate) mod percentile_cont;
pub(crate) mod percentiles_cont;
mod quantile_disc;
pub(crate) mod sketch;

use datafusion::logical_expr::AggregateUDF;

/// Functions of this folder that DataFusion lacks.
pub(crate) fn all() -> Vec<AggregateUDF> {
    quantile_disc::all()
}

/// Functions of DataFusion that accept more types here.
pub(crate) fn extended() -> [AggregateUDF; 2] {
    [median::function(), percentile_cont::function()]
}
