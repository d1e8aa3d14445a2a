//! Functions over JSON: values in texts, lists and structs by path, what a text holds, and JSON of other values.
//!
//! A value keeps the digits and escapes of its text: nothing is read as a number on the way.

mod construct;
mod documents;
mod extract;
mod inspect;

use super::declaration::scalar::ScalarFunctionSpec;

/// The scalar functions of this folder.
pub(crate) fn specs() -> Vec<ScalarFunctionSpec> {
    let specs = [extract::all(), inspect::all(), construct::all()];
    specs.into_iter().flatten().collect()
}
