//! Columns of the files that a mapping reads.

use crate::json::JsonPath;

/// Facts about a row besides its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowOrigin {
    /// `@file`: the name of its file, without the folder.
    File,
    /// `@line`: its line in the file; in workbooks and Parquet files the number of the row.
    Line,
}

/// A column of the files, a path into their JSON, or where the row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceName {
    /// As it is written in the mapping.
    pub(crate) text: String,
    /// The name for comparison: see [`plain_name`].
    pub(crate) plain: String,
    /// Path into an object, where no key has the whole name.
    pub(crate) path: JsonPath,
    /// Set for names that are no columns.
    pub(crate) origin: Option<RowOrigin>,
}

/// All names of a mapping, each once.
#[derive(Debug, Default)]
pub(super) struct SourceNames(Vec<SourceName>);

impl SourceNames {
    /// The place of a name, which is added if it is new.
    ///
    /// # Errors
    /// If it is a path without a meaning.
    pub(super) fn place(&mut self, text: &str) -> Result<usize, String> {
        if let Some(place) = self.0.iter().position(|name| name.text == text) {
            return Ok(place);
        }
        if text.trim().is_empty() {
            return Err(
                "from has an empty name: write the name of a column of the files".to_owned(),
            );
        }
        let origin = match text {
            "@file" => Some(RowOrigin::File),
            "@line" => Some(RowOrigin::Line),
            _ => None,
        };
        let is_path = text.starts_with(['$', '/']);
        let path = if is_path {
            JsonPath::parse(text)?
        } else {
            JsonPath::from_keys(text.split('.'))
        };
        self.0.push(SourceName {
            text: text.to_owned(),
            plain: plain_name(text),
            path,
            origin,
        });
        Ok(self.0.len() - 1)
    }

    pub(super) fn into_all(self) -> Vec<SourceName> {
        self.0
    }
}

/// A name for comparison: in lower case, without blanks, `_`, `-` and other marks. `Ticket ID`, `ticket_id` and
/// `TicketId` are the same.
pub(crate) fn plain_name(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_alphanumeric());
    let plain: String = kept.flat_map(char::to_lowercase).collect();
    // A name of marks alone keeps them.
    if plain.is_empty() {
        return name.trim().to_owned();
    }
    plain
}
