//! `json_exists`, `json_type`, `json_array_length`, `json_keys`, `json_array_elements`, `json_valid`: what a text holds.

use std::sync::Arc;

use arrow::array::builder::BooleanBuilder;
use arrow::array::{Array, ArrayRef, BooleanArray, Int64Builder, ListBuilder, StringBuilder};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err};

use super::documents::{DOCUMENT, PATH, coerce, each, malformed, texts};
use crate::functions::declaration::scalar::ScalarFunctionSpec;
use crate::json::{document, elements, find, json_text, members, plain_text};

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        valid(),
        exists(),
        length(),
        type_name(),
        type_word(),
        keys(),
        element_texts(),
        element_plain_texts(),
    ]
}

fn type_name() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_type",
        aliases: &[],
        syntax: "json_type(json [, path])",
        meaning: "The kind of the value, in DuckDB's words: OBJECT, ARRAY, VARCHAR, UBIGINT, BIGINT (below zero), HUGEINT (whole numbers beyond 64 bits), DOUBLE, BOOLEAN or NULL. NULL if nothing is there.",
        arguments: &[DOCUMENT, PATH],
        example: r#"SELECT json_type('{"seats": 5}', '$.seats')"#,
        coerce: |types| coerce(types, 1..=2, "json_type(custom, '$.plan')"),
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| kinds(columns, kind),
    }
}

fn type_word() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_typeof",
        aliases: &["jsonb_typeof"],
        syntax: "json_typeof(json [, path])",
        meaning: "The kind of the value, in PostgreSQL's words: object, array, string, number, boolean or null. NULL if nothing is there.",
        arguments: &[DOCUMENT, PATH],
        example: "SELECT json_typeof('[1, 2]')",
        coerce: |types| coerce(types, 1..=2, "json_typeof(custom)"),
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| {
            kinds(columns, |value| match kind(value) {
                "OBJECT" => "object",
                "ARRAY" => "array",
                "VARCHAR" => "string",
                "BOOLEAN" => "boolean",
                "NULL" => "null",
                _ => "number",
            })
        },
    }
}

fn keys() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_keys",
        aliases: &["json_object_keys"],
        syntax: "json_keys(json [, path])",
        meaning: "The keys of an object, as a list of texts; an empty list for other values, NULL if nothing is there.",
        arguments: &[DOCUMENT, PATH],
        example: r#"SELECT json_keys('{"plan": "gold", "seats": 5}')"#,
        coerce: |types| coerce(types, 1..=2, "json_keys(custom)"),
        returns: |_| Ok(DataType::new_list(DataType::Utf8, true)),
        kernel: |columns| {
            lists(columns, |value| {
                let keys = if value.starts_with('{') {
                    members(value)?
                } else {
                    Vec::new()
                };
                Ok(keys
                    .into_iter()
                    .map(|(key, _)| Some(key.0.into_owned()))
                    .collect())
            })
        },
    }
}

fn element_texts() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_array_elements",
        aliases: &["jsonb_array_elements"],
        syntax: "json_array_elements(json [, path])",
        meaning: "The elements of a JSON list, as a list of JSON texts for unnest; NULL for null, and if nothing is there. An error for other values.",
        arguments: &[DOCUMENT, PATH],
        example: r#"SELECT unnest(json_array_elements('[{"id": 1}, {"id": 2}]')) ->> 'id' AS id"#,
        coerce: |types| coerce(types, 1..=2, "json_array_elements(custom, '$.tags')"),
        returns: |_| Ok(DataType::new_list(DataType::Utf8, true)),
        kernel: |columns| array_elements(columns, |value| Ok(Some(json_text(value)))),
    }
}

fn element_plain_texts() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_array_elements_text",
        aliases: &["jsonb_array_elements_text"],
        syntax: "json_array_elements_text(json [, path])",
        meaning: "The elements of a JSON list, as a list of texts for unnest: what texts say, NULL for null, JSON for the rest. NULL for null, and if nothing is there. An error for other values.",
        arguments: &[DOCUMENT, PATH],
        example: r#"SELECT json_array_elements_text('{"tags": ["vip", "eu"]}', '$.tags')"#,
        coerce: |types| coerce(types, 1..=2, "json_array_elements_text(custom, '$.tags')"),
        returns: |_| Ok(DataType::new_list(DataType::Utf8, true)),
        kernel: |columns| array_elements(columns, plain_text),
    }
}

fn valid() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_valid",
        aliases: &[],
        syntax: "json_valid(text)",
        meaning: "Whether the text is JSON; NULL for NULL.",
        arguments: &[("text", "Any text.")],
        example: r#"SELECT json_valid('{"plan": "go')"#,
        coerce: |types| coerce(types, 1..=1, "json_valid(custom)"),
        returns: |_| Ok(DataType::Boolean),
        kernel: |columns| {
            let texts = texts(&columns[0])?;
            let valid = texts.iter().map(|text| Some(document(text?).is_ok()));
            Ok(Arc::new(valid.collect::<BooleanArray>()))
        },
    }
}

fn exists() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_exists",
        aliases: &[],
        syntax: "json_exists(json, path)",
        meaning: "Whether there is a value at the path; null is one.",
        arguments: &[DOCUMENT, PATH],
        example: r#"SELECT json_exists('{"plan": null}', '$.plan')"#,
        coerce: |types| coerce(types, 2..=2, "json_exists(custom, '$.plan')"),
        returns: |_| Ok(DataType::Boolean),
        kernel: |columns| {
            let mut exist = BooleanBuilder::with_capacity(columns[0].len());
            each(columns, |row| {
                let found = row.map(|(document, path)| find(document, path.steps()));
                let found = found.transpose().map_err(|error| malformed("..", &error))?;
                exist.append_option(found.map(|found| !found.is_empty()));
                Ok(())
            })?;
            Ok(Arc::new(exist.finish()))
        },
    }
}

fn length() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_array_length",
        aliases: &["json_length", "jsonb_array_length"],
        syntax: "json_array_length(json [, path])",
        meaning: "How many elements a JSON list has; 0 for other values, as in DuckDB, NULL if nothing is there.",
        arguments: &[DOCUMENT, PATH],
        example: r#"SELECT json_array_length('{"tags": ["vip", "eu"]}', '$.tags')"#,
        coerce: |types| coerce(types, 1..=2, "json_array_length(custom, '$.tags')"),
        returns: |_| Ok(DataType::Int64),
        kernel: |columns| {
            let mut lengths = Int64Builder::with_capacity(columns[0].len());
            each_value(columns, |value| {
                let length = match value {
                    Some(value) if value.starts_with('[') => Some(elements(value)?.len()),
                    other => other.map(|_| 0),
                };
                lengths.append_option(length.and_then(|length| i64::try_from(length).ok()));
                Ok(())
            })?;
            Ok(Arc::new(lengths.finish()))
        },
    }
}

/// Calls `take` with the value at the path in each row; `None` if nothing is there.
fn each_value(
    columns: &[ArrayRef],
    mut take: impl FnMut(Option<&str>) -> serde_json::Result<()>,
) -> Result<()> {
    each(columns, |row| {
        let Some((document, path)) = row else {
            return take(None).map_err(|error| malformed("", &error));
        };
        let mut taken = || {
            let found = find(document, path.steps())?;
            if path.is_multiple() {
                let all: Vec<String> = found.into_iter().map(json_text).collect();
                return take(Some(&format!("[{}]", all.join(","))));
            }
            take(found.first().copied())
        };
        taken().map_err(|error| malformed(document, &error))
    })
}

fn kinds(columns: &[ArrayRef], kind: fn(&str) -> &'static str) -> Result<ArrayRef> {
    let mut kinds = StringBuilder::with_capacity(columns[0].len(), 0);
    each_value(columns, |value| {
        kinds.append_option(value.map(kind));
        Ok(())
    })?;
    Ok(Arc::new(kinds.finish()))
}

fn kind(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'{') => "OBJECT",
        Some(b'[') => "ARRAY",
        Some(b'"') => "VARCHAR",
        Some(b't' | b'f') => "BOOLEAN",
        Some(b'n') => "NULL",
        _ if value.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) => "DOUBLE",
        _ if value.parse::<u64>().is_ok() => "UBIGINT",
        _ if value.parse::<i64>().is_ok() => "BIGINT",
        _ => "HUGEINT",
    }
}

fn array_elements(
    columns: &[ArrayRef],
    text: fn(&str) -> serde_json::Result<Option<String>>,
) -> Result<ArrayRef> {
    let mut other = None;
    let lists = lists_of(columns, |value| {
        Ok(match value.as_bytes().first() {
            Some(b'[') => {
                let elements = elements(value)?.into_iter();
                Some(elements.map(text).collect::<serde_json::Result<_>>()?)
            }
            Some(b'n') => None,
            _ => {
                other.get_or_insert_with(|| json_text(value));
                None
            }
        })
    })?;
    match other {
        Some(other) => exec_err!("'{other}' is not a JSON list"),
        None => Ok(lists),
    }
}

fn lists(
    columns: &[ArrayRef],
    list: fn(&str) -> serde_json::Result<Vec<Option<String>>>,
) -> Result<ArrayRef> {
    lists_of(columns, |value| list(value).map(Some))
}

fn lists_of(
    columns: &[ArrayRef],
    mut list: impl FnMut(&str) -> serde_json::Result<Option<Vec<Option<String>>>>,
) -> Result<ArrayRef> {
    let field = Field::new_list_field(DataType::Utf8, true);
    let mut lists = ListBuilder::new(StringBuilder::new()).with_field(field);
    each_value(columns, |value| {
        match value.map(&mut list).transpose()?.flatten() {
            Some(texts) => lists.append_value(texts),
            None => lists.append_null(),
        }
        Ok(())
    })?;
    Ok(Arc::new(lists.finish()))
}
