//! Free text as SQL calls it row by row, and the functions of plans in [`super::tables`].

mod arguments;
mod desk_languages;
mod documents;
mod functions;
mod specification;

pub(crate) use desk_languages::with_desk_languages;
pub(super) use documents::{DOCUMENT, EXAMPLE, EXAMPLE_RANK, FINGERPRINT, TERMS, TEXT_BANDS, call};
pub(super) use functions::USUAL_LANGUAGE;

use datafusion::logical_expr::ScalarUDF;

use crate::functions::declaration::parameter::FunctionParameter;

/// All functions of this module.
pub(crate) fn all() -> Vec<ScalarUDF> {
    let all = functions::ALL.iter().chain(documents::ALL);
    all.map(|spec| specification::function(spec)).collect()
}

/// Parameters of `function`, if SQL calls it.
pub(crate) fn parameters(function: &str) -> Option<&'static [FunctionParameter]> {
    let found = functions::ALL.iter().find(|spec| spec.name == function);
    found.map(|spec| spec.parameters)
}
