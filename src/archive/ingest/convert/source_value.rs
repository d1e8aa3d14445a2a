//! A value of a source row.

use std::borrow::Cow;

use crate::archive::ingest::values::ValueMisfit;
use crate::json;

/// Value of a source row, as it came.
#[derive(Debug, Clone)]
pub(super) enum SourceValue<'a> {
    /// The row has no such column, or nothing in it.
    Absent,
    Text(Cow<'a, str>),
    /// Texts of several columns of one name, or of the elements at a path.
    List(Vec<Cow<'a, str>>),
    /// A list or an object of JSON.
    Nested(&'a str),
    /// Something that has no value, with the reason.
    Unreadable(Cow<'a, str>),
}

impl<'a> SourceValue<'a> {
    /// The value of a JSON text.
    pub(super) fn from_json(text: &'a str) -> Self {
        match text.as_bytes().first() {
            Some(b'"') => {
                // Most texts have no escapes.
                let inner = text
                    .get(1..text.len().saturating_sub(1))
                    .unwrap_or_default();
                if !inner.contains('\\') {
                    return Self::Text(Cow::Borrowed(inner));
                }
                match serde_json::from_str(text) {
                    Ok(text) => Self::Text(Cow::Owned(text)),
                    Err(_) => {
                        Self::Unreadable(Cow::Borrowed("it has an escape that is no character"))
                    }
                }
            }
            Some(b'{' | b'[') => Self::Nested(text),
            Some(b'n') | None => Self::Absent,
            Some(_) => Self::Text(Cow::Borrowed(text)),
        }
    }

    /// The values at several places of a JSON text.
    pub(super) fn from_json_list(texts: Vec<&'a str>) -> Self {
        let texts = texts
            .into_iter()
            .filter_map(|text| match Self::from_json(text) {
                Self::Text(text) => Some(text),
                Self::Nested(text) => Some(Cow::Borrowed(text)),
                _ => None,
            });
        Self::List(texts.collect())
    }

    /// True for an object of JSON.
    pub(super) fn is_object(&self) -> bool {
        matches!(self, Self::Nested(text) if text.starts_with('{'))
    }

    /// The value as one text; `None` if there is none. `join` stands between the elements of a list; without it the
    /// first one counts, and lists of JSON stay JSON.
    pub(super) fn text(&self, join: Option<&str>) -> Result<Option<Cow<'_, str>>, ValueMisfit> {
        match (self, join) {
            (Self::Absent, _) => Ok(None),
            (Self::Text(text), _) => Ok(Some(Cow::Borrowed(text))),
            (Self::Unreadable(reason), _) => Err(ValueMisfit {
                value: None,
                fault: Cow::Owned(reason.clone().into_owned()),
            }),
            (Self::List(texts), None) => {
                let first = texts.iter().find(|text| !text.trim().is_empty());
                Ok(first.map(|text| Cow::Borrowed(text.as_ref())))
            }
            (Self::List(texts), Some(join)) => Ok(joined(texts, join)),
            (Self::Nested(text), Some(join)) if text.starts_with('[') => {
                let elements = json::elements(text).unwrap_or_default();
                match Self::from_json_list(elements) {
                    Self::List(texts) => {
                        Ok(joined(&texts, join).map(|text| Cow::Owned(text.into_owned())))
                    }
                    _ => Ok(None),
                }
            }
            (Self::Nested(text), _) => Ok(Some(Cow::Owned(json::json_text(text)))),
        }
    }
}

fn joined<'t>(texts: &[Cow<'_, str>], join: &str) -> Option<Cow<'t, str>> {
    let filled = texts.iter().map(|text| text.trim());
    let filled: Vec<&str> = filled.filter(|text| !text.is_empty()).collect();
    (!filled.is_empty()).then(|| Cow::Owned(filled.join(join)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str, join: Option<&str>) -> Option<String> {
        let value = SourceValue::from_json(json);
        value.text(join).unwrap().map(Cow::into_owned)
    }

    #[test]
    fn json_values_are_texts() {
        for (json, join, expected) in [
            ("\"a b\"", None, Some("a b")),
            ("\"a\\u0062\\n\"", None, Some("ab\n")),
            ("12.50", None, Some("12.50")),
            ("true", None, Some("true")),
            ("null", None, None),
            ("[\"a\", 1, null, \" \"]", Some("; "), Some("a; 1")),
            ("[\"a\", 1]", None, Some("[\"a\",1]")),
            ("{\"a\": 1}", Some(", "), Some("{\"a\":1}")),
            ("[]", Some(", "), None),
        ] {
            assert_eq!(text(json, join).as_deref(), expected, "{json}");
        }
    }
}
