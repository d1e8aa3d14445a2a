//! `json`, `try_json`, `to_json`, `json_object`, `json_array`: JSON of other values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, plan_err};

use super::documents::{DOCUMENT, coerce, each, encoded, texts};
use crate::functions::declaration::scalar::ScalarFunctionSpec;
use crate::json::{document, json_text};

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        validated(),
        valid_or_null(),
        of_value(),
        object_of(),
        array_of(),
    ]
}

fn validated() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json",
        aliases: &[],
        syntax: "json(text)",
        meaning: "The text without blanks between its tokens; an error if it is not JSON. Also written CAST(text AS JSON).",
        arguments: &[DOCUMENT],
        example: r#"SELECT json('{ "plan" : "gold" }')"#,
        coerce: |types| coerce(types, 1..=1, "json(custom)"),
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| {
            let mut all = Vec::with_capacity(columns[0].len());
            each(columns, |row| {
                all.push(row.map(|(document, _)| json_text(document)));
                Ok(())
            })?;
            Ok(Arc::new(StringArray::from(all)))
        },
    }
}

fn valid_or_null() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "try_json",
        aliases: &[],
        syntax: "try_json(text)",
        meaning: "The text as it is if it is JSON, else NULL: try_json(custom) ->> 'plan' is NULL where custom is broken. Also written TRY_CAST(text AS JSON).",
        arguments: &[DOCUMENT],
        example: r#"SELECT try_json('{"plan": "go') ->> 'plan'"#,
        coerce: |types| coerce(types, 1..=1, "try_json(custom)"),
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| {
            let texts = texts(&columns[0])?;
            let valid = texts
                .iter()
                .map(|text| text.filter(|text| document(text).is_ok()));
            Ok(Arc::new(valid.collect::<StringArray>()))
        },
    }
}

fn of_value() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "to_json",
        aliases: &[],
        syntax: "to_json(value)",
        meaning: "The value as JSON text; NULL for NULL. Texts are quoted, also those that are JSON.",
        arguments: &[("value", "Any value.")],
        example: "SELECT to_json({'plan': 'gold', 'seats': 5})",
        coerce: |types| match types {
            [of] => Ok(vec![of.clone()]),
            _ => plan_err!("to_json takes one value: to_json(tags)"),
        },
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| Ok(Arc::new(encoded(&columns[0])?)),
    }
}

fn object_of() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_object",
        aliases: &["json_build_object"],
        syntax: "json_object(key, value, ..)",
        meaning: "A JSON object of keys and values; NULL is null in it. Texts are quoted, also those that are JSON.",
        arguments: &[("key", "A text."), ("value", "Any value.")],
        example: "SELECT json_object('plan', 'gold', 'seats', 5)",
        coerce: |types| {
            if types.is_empty() || types.len() % 2 != 0 {
                return plan_err!(
                    "json_object takes pairs of a key and a value: json_object('plan', plan)"
                );
            }
            let pairs = types.iter().enumerate();
            Ok(pairs
                .map(|(place, of)| {
                    if place % 2 == 0 {
                        DataType::Utf8
                    } else {
                        of.clone()
                    }
                })
                .collect())
        },
        returns: |_| Ok(DataType::Utf8),
        kernel: object,
    }
}

fn array_of() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "json_array",
        aliases: &["json_build_array"],
        syntax: "json_array(value, ..)",
        meaning: "A JSON list of the values; NULL is null in it. Texts are quoted, also those that are JSON.",
        arguments: &[("value", "Any value.")],
        example: "SELECT json_array('vip', 5, NULL)",
        coerce: |types| {
            if types.is_empty() {
                return plan_err!("json_array takes at least one value: json_array(plan, seats)");
            }
            Ok(types.to_vec())
        },
        returns: |_| Ok(DataType::Utf8),
        kernel: |columns| {
            let values = json_columns(columns.iter())?;
            let rows = 0..columns.first().map_or(0, Array::len);
            let lists = rows.map(|row| {
                let values: Vec<&str> = values.iter().map(|all| value(all, row)).collect();
                Some(format!("[{}]", values.join(",")))
            });
            Ok(Arc::new(lists.collect::<StringArray>()))
        },
    }
}

fn json_columns<'a>(columns: impl Iterator<Item = &'a ArrayRef>) -> Result<Vec<StringArray>> {
    columns.map(encoded).collect()
}

fn value(texts: &StringArray, row: usize) -> &str {
    if texts.is_null(row) {
        return "null";
    }
    texts.value(row)
}

fn object(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let keys = json_columns(columns.iter().step_by(2))?;
    let values = json_columns(columns.iter().skip(1).step_by(2))?;
    let rows = 0..columns.first().map_or(0, Array::len);
    if columns
        .iter()
        .step_by(2)
        .any(|keys| keys.as_string::<i32>().null_count() > 0)
    {
        return exec_err!("json_object: a key is NULL");
    }
    let objects = rows.map(|row| {
        let members = keys.iter().zip(&values);
        let members =
            members.map(|(keys, values)| format!("{}:{}", value(keys, row), value(values, row)));
        Some(format!("{{{}}}", members.collect::<Vec<_>>().join(",")))
    });
    Ok(Arc::new(objects.collect::<StringArray>()))
}
