//! Lengths of time: INTERVAL and the difference of two times, handled alike.
//!
//! `kernels::lengths` computes the length, `text` parses it, `factor` multiplies and divides, `parts` splits it. The
//! rules of `planner/correctness/lengths` insert these functions where the stock engine compares or computes
//! field by field.

mod aggregates;
mod arithmetic;
mod bag;
mod casts;
mod extremes;
mod factor;
mod parts;
mod shown;
mod sums;
mod text;
mod trunc;
mod units;

use std::sync::{Arc, LazyLock};

use datafusion::common::{Result, internal_datafusion_err};
use datafusion::logical_expr::ScalarUDF;

use crate::functions::declaration::scalar;
use crate::functions::declaration::scalar::ScalarFunctionSpec;

pub(crate) use crate::functions::kernels::lengths::{
    INTERVAL, is_length, nanoseconds, rounded, tick,
};
pub(crate) use aggregates::{LengthAggregate, LengthAggregateKind};
pub(crate) use casts::interval_from_text;
pub(crate) use parts::{part, seconds};
pub(crate) use shown::push_duration;
pub(crate) use text::read;
pub(crate) use trunc::LengthTrunc;
pub(crate) use units::LengthUnit;

pub(crate) fn all() -> Vec<ScalarFunctionSpec> {
    let specs = [
        arithmetic::all(),
        parts::all(),
        casts::all(),
        extremes::all(),
    ];
    specs.into_iter().flatten().collect()
}

/// A function of this folder, for planner rules that insert it.
///
/// # Errors
/// When no function has that name.
pub(crate) fn function(name: &str) -> Result<Arc<ScalarUDF>> {
    static FUNCTIONS: LazyLock<Vec<Arc<ScalarUDF>>> = LazyLock::new(|| {
        let functions = all().into_iter().map(scalar::function);
        functions.map(Arc::new).collect()
    });
    let found = FUNCTIONS.iter().find(|udf| udf.name() == name);
    found
        .cloned()
        .ok_or_else(|| internal_datafusion_err!("no function {name}"))
}
