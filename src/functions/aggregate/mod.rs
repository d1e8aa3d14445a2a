//! Aggregates beside the KPIs: values of the row with the greatest or least key, counts, modes, distinct
//! ids; and moving frames.
//! frames.

mod arg_extreme;
mod counts;
pub(crate) mod distinct;
mod mode;
pub(crate) mod moving;

use datafusion::logical_expr::AggregateUDF;

/// The functions of this folder.
pub(crate) fn all() -> Vec<AggregateUDF> {
    let specs = [arg_extreme::all(), counts::all(), mode::all()];
    let mut all = vec![distinct::active_customers()];
    all.extend(specs.into_iter().flatten());
    all
}
