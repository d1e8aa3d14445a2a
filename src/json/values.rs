//! Values of a row with the types of their fields.

use datafusion::arrow::datatypes::{DataType, FieldRef, Fields};
use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::key::for_each_member;
use super::scalar::kind;

/// Object whose members are written with the types of `fields`; others are left out.
pub(super) struct TypedObject<'a> {
    pub(super) text: &'a str,
    pub(super) fields: &'a Fields,
}

struct TypedValue<'a> {
    text: &'a str,
    field: &'a FieldRef,
}

impl Serialize for TypedObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = Vec::with_capacity(self.fields.len());
        let mut next = 0;
        let read = for_each_member(self.text, |key, text| {
            if let Some(index) = index(self.fields, &key.0, next) {
                next = index + 1;
                members.push(TypedValue {
                    text,
                    field: &self.fields[index],
                });
            }
            Ok(())
        });
        read.map_err(S::Error::custom)?;
        let mut map = serializer.serialize_map(Some(members.len()))?;
        for value in members {
            map.serialize_entry(value.field.name(), &value)?;
        }
        map.end()
    }
}

/// Place of the field `name`, which is most often the one at `likely`.
fn index(fields: &Fields, name: &str, likely: usize) -> Option<usize> {
    let is_it = |field: &FieldRef| field.name() == name;
    if fields.get(likely).is_some_and(is_it) {
        return Some(likely);
    }
    fields.iter().position(is_it)
}

impl Serialize for TypedValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.text;
        let first = text.as_bytes().first().copied().unwrap_or_default();
        let is_number = first == b'-' || first.is_ascii_digit();
        match (self.field.data_type(), first) {
            (_, b'n') => serializer.serialize_unit(),
            (DataType::Utf8, b'"') => {
                // Most texts have no escapes.
                let inner = text.get(1..text.len() - 1).unwrap_or_default();
                if !inner.contains('\\') {
                    return serializer.serialize_str(inner);
                }
                match serde_json::from_str::<String>(text) {
                    Ok(text) => serializer.serialize_str(&text),
                    Err(_) => Err(S::Error::custom(format!(
                        "field {}: {text} has an escape that is no character",
                        self.field.name()
                    ))),
                }
            }
            (DataType::Utf8, b'{' | b'[') => serializer.serialize_str(&compact(text)),
            (DataType::Utf8, _) => serializer.serialize_str(text),
            (DataType::Boolean, b't') => serializer.serialize_bool(true),
            (DataType::Boolean, b'f') => serializer.serialize_bool(false),
            (DataType::Int64, _) if is_number => match text.parse() {
                Ok(number) => serializer.serialize_i64(number),
                Err(_) => Err(self.misfit("a whole number of 64 bits")),
            },
            (DataType::Float64, _) if is_number => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => serializer.serialize_f64(number),
                _ => Err(self.misfit("a number in the range of DOUBLE")),
            },
            (DataType::Decimal128(..), _) if is_number => {
                let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b'-';
                if text.bytes().all(is_digit) {
                    serializer.serialize_str(text)
                } else {
                    Err(self.misfit("a whole number"))
                }
            }
            (DataType::List(element), b'[') => list(text, element, serializer),
            (DataType::Struct(fields), b'{') => TypedObject { text, fields }.serialize(serializer),
            (expected, _) => Err(self.misfit(wording(expected))),
        }
    }
}

impl TypedValue<'_> {
    /// Error for a value that was not there when the types were told.
    fn misfit<E: Error>(&self, expected: &str) -> E {
        let found = match self.text.as_bytes().first() {
            Some(first @ (b'{' | b'[')) => kind(*first),
            _ => self.text,
        };
        E::custom(format!(
            "field {}: expected {expected}, found {found}; the file has other types than when the table was made",
            self.field.name()
        ))
    }
}

fn wording(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "true or false",
        DataType::List(_) => "a list",
        DataType::Struct(_) => "an object",
        _ => "a number",
    }
}

fn list<S: Serializer>(text: &str, element: &FieldRef, serializer: S) -> Result<S::Ok, S::Error> {
    let texts: Vec<&RawValue> = serde_json::from_str(text).map_err(S::Error::custom)?;
    let mut list = serializer.serialize_seq(Some(texts.len()))?;
    for text in texts {
        list.serialize_element(&TypedValue {
            text: text.get(),
            field: element,
        })?;
    }
    list.end()
}

/// A list or object without the blanks between its tokens.
pub(crate) fn compact(text: &str) -> String {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let kept = text.chars().filter(|c| {
        if is_quoted {
            is_quoted = *c != '"' || is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            return true;
        }
        is_quoted = *c == '"';
        !c.is_ascii_whitespace()
    });
    kept.collect()
}
