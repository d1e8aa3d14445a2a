//! Names of types that people write in `deskql.toml`.

use datafusion::arrow::datatypes::DataType;

use crate::text::nearest;

/// SQL name of the type; `None` for text that cannot be a type.
pub(super) fn sql_type(written: &str) -> Option<String> {
    let lower = written.trim().to_ascii_lowercase();
    let is_plain = lower
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '(' | ')' | ','));
    if lower.is_empty() || !is_plain {
        return None;
    }
    Some(match lower.as_str() {
        "int" | "integer" => "BIGINT".to_owned(),
        "text" | "string" => "VARCHAR".to_owned(),
        "bool" => "BOOLEAN".to_owned(),
        "float" | "number" => "DOUBLE".to_owned(),
        _ => lower,
    })
}

/// Types that a column may have, for messages.
const TYPES: [&str; 9] = [
    "int",
    "float",
    "decimal(p,s)",
    "text",
    "bool",
    "date",
    "timestamp",
    "timestamptz",
    "interval",
];

pub(super) fn unknown_type(written: &str) -> String {
    let near = nearest(
        written,
        TYPES
            .into_iter()
            .chain(["string", "number", "integer", "boolean"]),
    );
    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
    format!("{written:?} is not a type: use {}{hint}", TYPES.join(", "))
}

/// True if the written type is one of numbers.
pub(super) fn is_number(written: &str) -> bool {
    let sql_type = sql_type(written).unwrap_or_default();
    let word = sql_type.split(['(', ' ']).next().unwrap_or_default();
    matches!(
        word.to_ascii_lowercase().as_str(),
        "bigint"
            | "smallint"
            | "tinyint"
            | "int2"
            | "int4"
            | "int8"
            | "double"
            | "real"
            | "float4"
            | "float8"
            | "decimal"
            | "numeric"
    )
}

/// True if the written type is one of floating-point numbers.
pub(super) fn is_double(written: &str) -> bool {
    let sql_type = sql_type(written).unwrap_or_default();
    matches!(
        sql_type.as_str(),
        "DOUBLE" | "double" | "double precision" | "real" | "float4" | "float8"
    )
}

/// Type of a partition column.
pub(super) fn partition_type(word: &str) -> Option<DataType> {
    match word.to_ascii_lowercase().as_str() {
        "int" | "integer" | "bigint" => Some(DataType::Int64),
        "text" | "string" | "varchar" => Some(DataType::Utf8),
        "date" => Some(DataType::Date32),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_plain_words() {
        assert_eq!(sql_type("int").as_deref(), Some("BIGINT"));
        assert_eq!(
            sql_type("Decimal(10, 2)").as_deref(),
            Some("decimal(10, 2)")
        );
        assert_eq!(sql_type("int); drop"), None);
    }
}
