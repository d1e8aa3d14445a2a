//! Error for a column that the files do not have.

use std::ops::Range;

use datafusion::arrow::datatypes::SchemaRef;

use super::config::ConfigFile;
use crate::error::Result;
use crate::text::nearest;

/// Returns an error, with the nearest existing name, if the files do not have the column.
pub(crate) fn column_exists(
    config: &ConfigFile,
    span: &Range<usize>,
    schema: &SchemaRef,
    name: &str,
) -> Result<()> {
    if schema.field_with_name(name).is_ok() {
        return Ok(());
    }
    let known = schema.fields().iter().map(|field| field.name().as_str());
    let hint = match nearest(name, known.clone()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("they have {}", known.collect::<Vec<_>>().join(", ")),
    };
    Err(config.problem(span, format!("the files have no column {name:?}; {hint}")))
}
