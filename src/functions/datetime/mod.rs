//! Dates, times and lengths of time: local and business time, parts, differences, text.

mod age;
pub(crate) mod business;
mod civil_date;
mod date_diff;
mod date_parts;
pub(crate) mod format_duration;
pub(crate) mod lengths;
pub(crate) mod local;
mod local_ticks;
mod make_timestamp;
mod part;
mod strftime;
pub(crate) mod text;
mod time_bucket;
pub(crate) mod wall_clock;

use datafusion::logical_expr::ScalarUDF;

use super::declaration::scalar::ScalarFunctionSpec;

/// Functions of this folder that depend on the session, or whose types a specification cannot express.
pub(crate) fn all() -> Vec<ScalarUDF> {
    let mut all = vec![format_duration::function()];
    all.extend(local::all());
    all.extend(business::all());
    all
}

/// The other functions of this folder.
pub(crate) fn specs() -> Vec<ScalarFunctionSpec> {
    let specs = [
        date_diff::all(),
        date_parts::all(),
        time_bucket::all(),
        age::all(),
        lengths::all(),
        strftime::all(),
        make_timestamp::all(),
    ];
    specs.into_iter().flatten().collect()
}
