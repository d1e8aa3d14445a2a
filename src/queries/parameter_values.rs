//! Values of declared parameters, from what was given and from defaults.

use indexmap::IndexMap;

use super::parameter::QueryParameter;
use crate::error::{Error, Result};
use crate::sql::BindValue;
use crate::text::nearest;

/// A value for each of `parameters`, which are those of `owner`: the `given` one, as `(name, text)`, else its default.
///
/// # Errors
/// When a value is not of its parameter's type, a name is unknown or occurs twice, or a required parameter is absent.
pub(crate) fn parameter_values(
    owner: &str,
    parameters: &[QueryParameter],
    given: &[(String, String)],
) -> Result<IndexMap<String, BindValue>> {
    let refused = |problem: String| Error::Usage(format!("{owner}: {problem}"));
    let mut values: IndexMap<String, BindValue> = IndexMap::new();
    for (name, text) in given {
        let parameter = parameters.iter().find(|known| known.name == *name);
        let parameter = parameter.ok_or_else(|| refused(no_parameter(parameters, name)))?;
        let value = parameter.value(text).map_err(refused)?;
        if values.insert(name.clone(), value).is_some() {
            return Err(refused(format!("parameter {name} is given twice")));
        }
    }
    for parameter in parameters {
        if values.contains_key(&parameter.name) {
            continue;
        }
        let value = parameter.fallback().ok_or_else(|| {
            refused(format!(
                "parameter {} is needed: add --param {}=..  ({})",
                parameter.name, parameter.name, parameter.about
            ))
        })?;
        values.insert(parameter.name.clone(), value.map_err(refused)?);
    }
    Ok(values)
}

fn no_parameter(parameters: &[QueryParameter], name: &str) -> String {
    let names: Vec<&str> = parameters.iter().map(|p| p.name.as_str()).collect();
    match nearest(name, names.iter().copied()) {
        Some(near) => format!("no parameter {name}; did you mean {near}?"),
        None if names.is_empty() => format!("no parameter {name}: it takes none"),
        None => format!("no parameter {name}: it takes {}", names.join(", ")),
    }
}
