//! Finds whole rows behind a broken one.
//!
//! A quote or a brace that is lost or added hides where its row ends. The next row is told by the keys that all rows of
//! the file have; where these are also the keys of objects in rows, nothing is told.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::scalar::is_blank;

/// Keys that all rows of a file have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowKeys(BTreeSet<String>);

/// Keys of an object; its values are not kept.
struct ObjectKeys(BTreeSet<String>);

impl<'de> Deserialize<'de> for ObjectKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeysVisitor;
        impl<'de> Visitor<'de> for KeysVisitor {
            type Value = ObjectKeys;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ObjectKeys, A::Error> {
                let mut keys = BTreeSet::new();
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.insert(key);
                }
                Ok(ObjectKeys(keys))
            }
        }
        deserializer.deserialize_map(KeysVisitor)
    }
}

impl RowKeys {
    /// The keys that all of `rows` have, broken ones aside. `None` if they do not tell a row from an object in a row.
    pub(crate) fn common<'a>(rows: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let parsed = rows.into_iter().map(serde_json::from_slice::<Value>);
        let rows: Vec<Value> = parsed.filter_map(Result::ok).collect();
        let mut common: Option<BTreeSet<String>> = None;
        for object in rows.iter().filter_map(Value::as_object) {
            match &mut common {
                None => common = Some(object.keys().cloned().collect()),
                Some(keys) => keys.retain(|key| object.contains_key(key)),
            }
        }
        let keys = Self(common.filter(|keys| keys.len() > 1)?);
        let is_within = rows.iter().any(|row| keys.are_below(row));
        (!is_within).then_some(keys)
    }

    /// True if an object below the top of `row` has them all.
    fn are_below(&self, row: &Value) -> bool {
        let children: Vec<&Value> = match row {
            Value::Object(members) => members.values().collect(),
            Value::Array(elements) => elements.iter().collect(),
            _ => return false,
        };
        children.into_iter().any(|child| {
            let object = child.as_object();
            let has_all = |object: &serde_json::Map<String, Value>| {
                self.0.iter().all(|key| object.contains_key(key))
            };
            object.is_some_and(has_all) || self.are_below(child)
        })
    }

    /// Place of the first whole row of `text` that begins at `from` or behind, and is followed by more text.
    pub(crate) fn next_row(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let braces = text.iter().enumerate().skip(from);
        let braces = braces.filter(|(_, byte)| **byte == b'{');
        braces
            .map(|(begin, _)| begin)
            .find_map(|begin| self.row_at(text, begin))
    }

    fn row_at(&self, text: &[u8], begin: usize) -> Option<Range<usize>> {
        let (before, rest) = text.split_at_checked(begin)?;
        // A member, or the first element of a list in a row.
        if let Some(b':' | b'[') = before.iter().rfind(|byte| !is_blank(**byte)) {
            return None;
        }
        let mut objects = serde_json::Deserializer::from_slice(rest).into_iter::<ObjectKeys>();
        let keys = objects.next()?.ok()?;
        let end = begin + objects.byte_offset();
        let behind = text.get(end..)?.iter().find(|byte| !is_blank(**byte))?;
        let is_row = matches!(behind, b',' | b']' | b'{') && self.0.is_subset(&keys.0);
        is_row.then_some(begin..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(rows: &[&str]) -> Option<RowKeys> {
        RowKeys::common(rows.iter().map(|row| row.as_bytes()))
    }

    #[test]
    fn rows_are_told_by_their_common_keys() {
        let keys = keys(&[
            r#"{"id":1,"at":2,"tags":[{"id":1}]}"#,
            r#"{"at":1,"id":1}"#,
            "{broken",
        ]);
        let keys = keys.unwrap();
        let found = |text: &str| {
            let row = keys.next_row(text.as_bytes(), 1);
            row.map(|row| text.get(row).unwrap().to_owned())
        };
        let whole = r#"{"id":3,"at":4}"#;
        for broken in [
            r#"{"id":2,"at":"x"#,
            r#"{"id":2,"at":{"x":1"#,
            r#"{"id":2,"parent":{"id":7,"at":8},"tags":[{"id":7}],{"id":9}"#,
            r#"{"id":2,"at":"\"#,
        ] {
            assert_eq!(
                found(&format!("{broken}, {whole} ]")).as_deref(),
                Some(whole),
                "{broken}"
            );
            assert_eq!(found(&format!("{broken},{whole}")), None, "it may go on");
            assert_eq!(found(&format!("{broken},{whole}:1,")), None);
        }
    }

    #[test]
    fn keys_that_objects_in_rows_have_tell_nothing() {
        assert_eq!(keys(&[]), None);
        assert_eq!(keys(&[r#"{"id":1}"#]), None);
        let merged = r#"{"id":1,"at":2,"merged":[{"at":0,"id":5}]}"#;
        assert_eq!(keys(&[merged, r#"{"id":2,"at":3}"#]), None);
        // No object in a row has a key "merged".
        assert!(keys(&[merged]).is_some());
        assert_eq!(keys(&[r#"{"id":1,"at":2}"#, r#"{"x":1,"id":2}"#]), None);
    }
}
