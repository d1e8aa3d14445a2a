//! Documentation of statistics, from what they say about themselves.

use std::fmt::Write;

use datafusion::logical_expr::{DocSection, Documentation};

use super::cells::StatisticResult;
use crate::functions::declaration::kpi_spec::FunctionFamily;
use crate::functions::declaration::parameter::FunctionParameter;
use crate::functions::declaration::signature;

/// The page of the function called `name`.
pub(super) fn documentation(
    name: &str,
    family: FunctionFamily,
    description: &str,
    result: StatisticResult,
    parameters: &[FunctionParameter],
    example: &str,
) -> Documentation {
    let section = DocSection {
        include: true,
        label: family.0,
        description: None,
    };
    let syntax = signature::syntax(name, parameters);
    let builder = Documentation::builder(section, with_fields(description, result), syntax)
        .with_sql_example(format!("```sql\n{example}\n```"));
    parameters
        .iter()
        .fold(builder, |builder, parameter| {
            builder.with_argument(parameter.name, parameter.meaning)
        })
        .build()
}

/// The description, with the fields of a STRUCT.
fn with_fields(description: &str, result: StatisticResult) -> String {
    let mut text = description.to_owned();
    let mut before = " A STRUCT: ";
    for field in result.struct_fields() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{before}`{}` ({})", field.name, field.meaning);
        before = ", ";
    }
    if before == ", " {
        text.push('.');
    }
    text
}
