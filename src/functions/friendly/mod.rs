//! Functions that analysts type out of habit and DataFusion lacks: dates, choices, lists of values.

mod age;
mod aggregate;
mod aliases;
mod arg_extreme;
mod choice;
mod clock;
mod counts;
mod date_diff;
mod date_parts;
pub(crate) mod lengths;
mod make_timestamp;
mod median;
mod mode;
mod part;
mod patterns;
mod percentile_cont;
mod percentiles_cont;
mod quantile_disc;
mod regexp_extract;
mod scalar;
mod signs;
mod strftime;
mod time_bucket;
mod type_name;

use std::sync::Arc;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

pub(super) use clock::{utc, walls};
pub(crate) use patterns::{plain_pattern, similar_pattern};
pub(crate) use percentile_cont::asked as percentile_asked;
pub(crate) use percentiles_cont::{field_name as percentiles_field, function as percentiles_cont};
pub(crate) use signs::div_function;

/// Every scalar function of this folder.
pub(super) fn all_scalar() -> Vec<Arc<ScalarUDF>> {
    let specs = [
        date_diff::all(),
        date_parts::all(),
        time_bucket::all(),
        age::all(),
        lengths::all(),
        strftime::all(),
        choice::all(),
        patterns::all(),
        make_timestamp::all(),
        regexp_extract::all(),
        signs::all(),
        type_name::all(),
    ];
    let own = specs.into_iter().flatten().map(scalar::function);
    own.map(Arc::new).collect()
}

/// Every aggregate function of this folder.
pub(super) fn all_aggregate() -> Vec<Arc<AggregateUDF>> {
    let groups = [
        arg_extreme::all(),
        counts::all(),
        mode::all(),
        quantile_disc::all(),
    ];
    groups.into_iter().flatten().map(Arc::new).collect()
}

/// Scalar functions of DataFusion under one more name.
pub(super) fn renamed_scalar() -> Vec<Arc<ScalarUDF>> {
    aliases::scalar().into_iter().map(Arc::new).collect()
}

/// Aggregate functions of DataFusion under one more name, or for more types.
pub(super) fn renamed_aggregate() -> Vec<Arc<AggregateUDF>> {
    let extended = [median::function(), percentile_cont::function()];
    aliases::aggregate()
        .into_iter()
        .chain(extended)
        .map(Arc::new)
        .collect()
}
