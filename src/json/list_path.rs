//! Name of the list that holds the rows: `data.tickets`.

use std::fmt;

/// Keys from the top of a document to the list of its rows. Without a key, the document itself is the row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ListPath(Vec<String>);

impl ListPath {
    /// Text for the document itself.
    pub(crate) const DOCUMENT: &'static str = "$";

    pub(crate) fn new(keys: Vec<String>) -> Self {
        Self(keys)
    }

    /// Reads `data.tickets`, also with `$.` before it; `$` is the document itself.
    ///
    /// # Errors
    /// If a key is empty.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text == Self::DOCUMENT {
            return Ok(Self(Vec::new()));
        }
        let keys = text.strip_prefix("$.").unwrap_or(text).split('.');
        let keys: Vec<String> = keys.map(str::to_owned).collect();
        if keys.iter().any(String::is_empty) {
            return Err(format!(
                "{text:?} names no list: write its keys with points between them, as in \
                 \"data.tickets\", or \"$\" if each object is a row"
            ));
        }
        Ok(Self(keys))
    }

    pub(crate) fn keys(&self) -> &[String] {
        &self.0
    }

    pub(crate) fn is_document(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for ListPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}
