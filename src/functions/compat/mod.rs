//! Functions of other engines that analysts use by habit and DataFusion lacks: choices, patterns, operators.

mod aliases;
mod choice;
pub(crate) mod operators;
pub(crate) mod patterns;
mod regexp_extract;
mod type_name;

use super::declaration::scalar::ScalarFunctionSpec;

pub(crate) use aliases::{aggregate as renamed_aggregate, scalar as renamed_scalar};

/// The scalar functions of this folder.
pub(crate) fn specs() -> Vec<ScalarFunctionSpec> {
    let specs = [
        choice::all(),
        patterns::all(),
        regexp_extract::all(),
        operators::all(),
        type_name::all(),
    ];
    specs.into_iter().flatten().collect()
}
