//! Words of an export and what they are called in the table.

use super::sections::ColumnSection;

/// Treatment of a value that cannot be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MisfitPolicy {
    RejectRow,
    WriteNull,
}

/// Treatment of a value that is not among those listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UnlistedValue {
    Keep,
    Reject,
    Null,
    Replace(String),
}

/// Values of an export and what they are called in the table.
#[derive(Debug)]
pub(crate) struct ValueWords {
    /// Values, in lower case unless `is_exact`, and their words. They are few.
    words: Vec<(String, String)>,
    is_exact: bool,
    pub(crate) otherwise: UnlistedValue,
}

impl ValueWords {
    /// The words that a column's section lists; `None` if there are none.
    pub(super) fn from_section(section: &ColumnSection) -> Option<Self> {
        if section.values.is_empty() {
            return None;
        }
        let key = |value: &String| {
            if section.match_case {
                value.trim().to_owned()
            } else {
                value.trim().to_lowercase()
            }
        };
        let words = section.values.iter();
        let otherwise = section
            .otherwise
            .as_ref()
            .map(|written| written.get_ref().as_str());
        Some(Self {
            words: words
                .map(|(value, word)| (key(value), word.clone()))
                .collect(),
            is_exact: section.match_case,
            otherwise: match otherwise {
                None | Some("keep") => UnlistedValue::Keep,
                Some("reject") => UnlistedValue::Reject,
                Some("null") => UnlistedValue::Null,
                Some(word) => UnlistedValue::Replace(word.to_owned()),
            },
        })
    }

    /// The word for a value; `None` if it is not listed.
    pub(crate) fn word(&self, value: &str) -> Option<&str> {
        let value = value.trim();
        if !self.is_exact && !value.is_ascii() {
            let lower = value.to_lowercase();
            return self.first(|listed| listed == lower);
        }
        if self.is_exact {
            return self.first(|listed| listed == value);
        }
        self.first(|listed| listed.eq_ignore_ascii_case(value))
    }

    fn first(&self, is_it: impl Fn(&str) -> bool) -> Option<&str> {
        let found = self.words.iter().find(|(listed, _)| is_it(listed));
        found.map(|(_, word)| word.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(is_exact: bool) -> ValueWords {
        let key = |word: &str| {
            if is_exact {
                word.to_owned()
            } else {
                word.to_lowercase()
            }
        };
        ValueWords {
            words: vec![
                (key("Übrig"), "rest".to_owned()),
                (key("Open"), "open".to_owned()),
            ],
            is_exact,
            otherwise: UnlistedValue::Keep,
        }
    }

    #[test]
    fn case_matters_only_where_it_is_asked_for() {
        for value in ["open", "OPEN", " Open "] {
            assert_eq!(words(false).word(value), Some("open"), "{value}");
        }
        assert_eq!(words(false).word("ÜBRIG"), Some("rest"));
        assert_eq!(words(true).word("Open"), Some("open"));
        assert_eq!(words(true).word("open"), None);
        assert_eq!(words(false).word("closed"), None);
    }
}
