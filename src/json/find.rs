//! Values inside a JSON text, as they are written there.

use serde_json::value::RawValue;

use super::key::{MemberKey, for_each_member};
use super::path::PathStep;
use super::values::compact;

/// Checks that `text` is JSON, and returns it without blanks around it.
///
/// # Errors
/// If it is not.
pub(crate) fn document(text: &str) -> serde_json::Result<&str> {
    serde_json::from_str::<&RawValue>(text).map(RawValue::get)
}

/// Values at the path `steps` in `document`, a valid value.
///
/// # Errors
/// If a key has an escape that is no character.
pub(crate) fn find<'a>(document: &'a str, steps: &[PathStep]) -> serde_json::Result<Vec<&'a str>> {
    let mut found = Vec::new();
    collect(document, steps, &mut found)?;
    Ok(found)
}

fn collect<'a>(
    value: &'a str,
    steps: &[PathStep],
    found: &mut Vec<&'a str>,
) -> serde_json::Result<()> {
    let Some((step, rest)) = steps.split_first() else {
        found.push(value);
        return Ok(());
    };
    let first = value.as_bytes().first();
    match (step, first) {
        (PathStep::Key(key) | PathStep::Token(key), Some(b'{')) => {
            if let Some(value) = member(value, key)? {
                collect(value, rest, found)?;
            }
        }
        (PathStep::Index(index), Some(b'[')) => {
            if let Some(value) = element(&elements(value)?, *index) {
                collect(value, rest, found)?;
            }
        }
        (PathStep::Token(token), Some(b'[')) if token.bytes().all(|b| b.is_ascii_digit()) => {
            let index = token.parse().ok();
            let elements = elements(value)?;
            if let Some(value) = index.and_then(|index| element(&elements, index)) {
                collect(value, rest, found)?;
            }
        }
        (PathStep::Elements, Some(b'[')) => {
            for value in elements(value)? {
                collect(value, rest, found)?;
            }
        }
        (PathStep::Members, Some(b'{')) => {
            for (_, value) in members(value)? {
                collect(value, rest, found)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn element<'a>(elements: &[&'a str], index: i64) -> Option<&'a str> {
    let place = match usize::try_from(index) {
        Ok(place) => place,
        Err(_) => elements
            .len()
            .checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?,
    };
    elements.get(place).copied()
}

/// Value of a key; of a key that is there twice, the last.
fn member<'a>(object: &'a str, wanted: &str) -> serde_json::Result<Option<&'a str>> {
    let mut found = None;
    for_each_member(object, |key, value| {
        if key.0 == wanted {
            found = Some(value);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Elements of a list.
///
/// # Errors
/// If it is not a list.
pub(crate) fn elements(list: &str) -> serde_json::Result<Vec<&str>> {
    let elements: Vec<&RawValue> = serde_json::from_str(list)?;
    Ok(elements.into_iter().map(RawValue::get).collect())
}

/// Keys and values of an object.
///
/// # Errors
/// If it is not an object.
pub(crate) fn members(object: &str) -> serde_json::Result<Vec<(MemberKey<'_>, &str)>> {
    let mut found = Vec::new();
    for_each_member(object, |key, value| {
        found.push((key, value));
        Ok(())
    })?;
    Ok(found)
}

/// Value as text: what a text says, `None` for null, and JSON otherwise.
///
/// # Errors
/// If a text has an escape that is no character.
pub(crate) fn plain_text(value: &str) -> serde_json::Result<Option<String>> {
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str(value).map(Some),
        Some(b'n') => Ok(None),
        Some(b'{' | b'[') => Ok(Some(compact(value))),
        _ => Ok(Some(value.to_owned())),
    }
}

/// Value as JSON without blanks between its tokens; numbers and texts as they are written.
pub(crate) fn json_text(value: &str) -> String {
    match value.as_bytes().first() {
        Some(b'{' | b'[') => compact(value),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::json::JsonPath;

    fn found(text: &str, path: &str) -> Vec<String> {
        let path = JsonPath::parse(path).unwrap();
        let found = find(document(text).unwrap(), path.steps()).unwrap();
        found.into_iter().map(json_text).collect()
    }

    #[test]
    fn values_are_as_they_are_written() {
        let text = r#" {"n": 1.50, "big": 123456789012345678901234567890, "t": "a\u0062\n", "l": [1, {"b": [ 2 ]}, -0], "x": null, "x y": {"z/w": true}, "l": [1, {"b": [ 2 ]}, 1e400]} "#;
        for (path, expected) in [
            ("$.n", vec!["1.50"]),
            ("big", vec!["123456789012345678901234567890"]),
            ("$.t", vec![r#""a\u0062\n""#]),
            ("$.l[-1]", vec!["1e400"]),
            ("/l/1/b/0", vec!["2"]),
            ("$.l[1].b", vec!["[2]"]),
            ("$.l[*].b", vec!["[2]"]),
            ("$.x", vec!["null"]),
            ("$.\"x y\".*", vec!["true"]),
            ("/x y/z~1w", vec!["true"]),
            ("$.l[3]", vec![]),
            ("$.l[-4]", vec![]),
            ("$.n.a", vec![]),
            ("$.l.a", vec![]),
            ("$[0]", vec![]),
        ] {
            assert_eq!(found(text, path), expected, "{path}");
        }
        assert_eq!(plain_text(r#""a\u0062\n""#).unwrap().unwrap(), "ab\n");
        assert!(
            document("{\"a\": 1").is_err() && document("").is_err() && document("1 2").is_err()
        );
    }

    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a\"\\\\/ \nü😀]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::btree_map("[ab\" .\\[ü]{0,2}", inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// All values with a path that leads to each.
    fn paths(value: &Value, here: &str, all: &mut Vec<(String, Value)>) {
        all.push((here.to_owned(), value.clone()));
        match value {
            Value::Array(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    paths(element, &format!("{here}[{at}]"), all);
                    paths(element, &format!("{here}[-{}]", elements.len() - at), all);
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    let quoted = key.replace('\\', "\\\\").replace('"', "\\\"");
                    paths(member, &format!("{here}.\"{quoted}\""), all);
                }
            }
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn every_value_is_found(document in documents(), is_pretty in any::<bool>()) {
            let text = if is_pretty {
                serde_json::to_string_pretty(&document).unwrap()
            } else {
                document.to_string()
            };
            let mut all = Vec::new();
            paths(&document, "$", &mut all);
            for (path, expected) in all {
                let found = found(&text, &path);
                prop_assert_eq!(found, vec![expected.to_string()], "{}", path);
            }
        }
    }
}
