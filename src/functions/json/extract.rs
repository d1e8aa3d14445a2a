//! `json_extract`, `json_extract_string`, `json_value`, `json_query`: values at a path.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::documents::{DOCUMENT, PATH, coerce, each, malformed};
use crate::functions::declaration::scalar::ScalarFunctionSpec;
use crate::json::{JsonPath, find, json_text, plain_text};

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![extract(), extract_string(), scalar_value(), container()]
}

fn extract() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_extract",
        aliases: &["json_extract_path"],
        syntax: "json_extract(json, path)",
        meaning: "The value at the path, as JSON text: digits as they are written, texts in their double quotes, null as 'null'. NULL if nothing is there. Where [*] or .* match several values, a JSON list of them. Also written json -> path. An error for text that is not JSON; see try_json.",
        arguments: &[DOCUMENT, PATH],
        example: r#"SELECT json_extract('{"plan": {"seats": 1.50}}', '$.plan')"#,
        coerce: |types| coerce(types, 2..=2, "json_extract(custom, '$.plan')"),
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| texts(columns, |value| Ok(Some(json_text(value)))),
    }
}

fn extract_string() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_extract_string",
        aliases: &["json_extract_path_text", "get_json_object"],
        syntax: "json_extract_string(json, path)",
        meaning: "The value at the path, as text: what a text says, numbers as they are written, NULL for null, and JSON for objects and lists. NULL if nothing is there. Where [*] or .* match several values, a JSON list of them. Also written json ->> path. An error for text that is not JSON; see try_json.",
        arguments: &[DOCUMENT, PATH],
        example: r#"SELECT json_extract_string('{"plan": "gold"}', '$.plan')"#,
        coerce: |types| coerce(types, 2..=2, "json_extract_string(custom, '$.plan')"),
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| texts(columns, plain_text),
    }
}

fn scalar_value() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_value",
        aliases: &[],
        syntax: "json_value(json [, path])",
        meaning: "The text, number or truth value at the path, as text; NULL for null, objects and lists, and if nothing is there. An error for text that is not JSON; see try_json.",
        arguments: &[DOCUMENT, PATH],
        example: r#"SELECT json_value('{"plan": "gold", "seats": 5}', '$.plan')"#,
        coerce: |types| coerce(types, 1..=2, "json_value(custom, '$.plan')"),
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| {
            texts(columns, |value| {
                if is_container(value) {
                    return Ok(None);
                }
                plain_text(value)
            })
        },
    }
}

fn container() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_query",
        aliases: &[],
        syntax: "json_query(json [, path])",
        meaning: "The object or list at the path, as JSON text; NULL for other values, and if nothing is there. An error for text that is not JSON; see try_json.",
        arguments: &[DOCUMENT, PATH],
        example: r#"SELECT json_query('{"tags": ["vip", "eu"]}', '$.tags')"#,
        coerce: |types| coerce(types, 1..=2, "json_query(custom, '$.tags')"),
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| {
            texts(columns, |value| {
                Ok(is_container(value).then(|| json_text(value)))
            })
        },
    }
}

fn is_container(value: &str) -> bool {
    value.starts_with(['{', '['])
}

/// Text of the value of each row; of several, a JSON list.
fn texts(
    columns: &[ArrayRef],
    text: fn(&str) -> serde_json::Result<Option<String>>,
) -> Result<ArrayRef> {
    let mut texts = StringBuilder::with_capacity(columns[0].len(), 0);
    each(columns, |row| {
        let found = match row {
            Some((document, path)) => {
                one(document, path, text).map_err(|error| malformed(document, &error))?
            }
            None => None,
        };
        texts.append_option(found);
        Ok(())
    })?;
    Ok(Arc::new(texts.finish()))
}

fn one(
    document: &str,
    path: &JsonPath,
    text: fn(&str) -> serde_json::Result<Option<String>>,
) -> serde_json::Result<Option<String>> {
    let found = find(document, path.steps())?;
    if path.is_multiple() {
        let all: Vec<String> = found.into_iter().map(json_text).collect();
        return text(&format!("[{}]", all.join(",")));
    }
    match found.first() {
        Some(value) => text(value),
        None => Ok(None),
    }
}
