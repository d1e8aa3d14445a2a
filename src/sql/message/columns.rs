//! Messages about columns that are not there, or that are several.

use datafusion::common::SchemaError;

use crate::encoding::listed;
use crate::text::{alike, nearest};

/// Number of names that are shown of a list.
const SHOWN: usize = 8;

/// Message about names of columns that do not resolve.
pub(super) fn wording(problem: &SchemaError) -> String {
    match problem {
        SchemaError::FieldNotFound {
            field,
            valid_fields,
        } => {
            let mut names: Vec<&str> = valid_fields.iter().map(|c| c.name.as_str()).collect();
            let hint = match nearest(&field.name, names.iter().copied()) {
                Some(name) => format!("; did you mean '{name}'?"),
                None if names.is_empty() => String::new(),
                None => {
                    // Those that are like it come first.
                    let alike = alike(&field.name, &names);
                    names.sort_by_key(|name| !alike.contains(name));
                    format!("; there is {}", listed(&names, SHOWN))
                }
            };
            let table = field.relation.as_ref();
            let table = table.map(|t| format!(" in '{t}'")).unwrap_or_default();
            format!("no column named '{}'{table}{hint}", field.name)
        }
        SchemaError::DuplicateUnqualifiedField { name } => repeated_name(name),
        SchemaError::DuplicateQualifiedField { qualifier, .. } => format!(
            "'{qualifier}' occurs twice in FROM: give one of them another name, as in {qualifier} AS other"
        ),
        SchemaError::AmbiguousReference { field } if field.relation.is_some() => {
            repeated_name(&field.name)
        }
        SchemaError::AmbiguousReference { field } => format!(
            "column '{}' is in several tables: write the table's name before it",
            field.name
        ),
    }
}

fn repeated_name(name: &str) -> String {
    format!("two columns are called '{name}': give one of them another name")
}
