//! `[tables.NAME]`: where a table's files are and how they are to be read.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::column::ColumnConfig;

/// One table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableConfig {
    /// A path, glob or URL, or a list of them; relative ones start at the config file.
    pub(crate) location: Spanned<ConfigLocations>,
    /// The format, where the files' names do not tell it.
    pub(crate) format: Option<Spanned<String>>,
    /// Partition folders in order, each `"name"` or `"name type"`.
    pub(crate) partitions: Option<Vec<Spanned<String>>>,
    /// The order of the rows in each file, each `"column"` or `"column desc"`.
    #[serde(default)]
    pub(crate) sort: Vec<Spanned<String>>,
    /// Texts that mean NULL, in every column.
    #[serde(default)]
    pub(crate) null: Vec<String>,
    /// The zone of times that are written without one.
    pub(crate) timezone: Option<Spanned<String>>,
    /// How CSV files are written.
    #[serde(default)]
    pub(crate) csv: CsvConfig,
    /// The table's own columns and what they are made of.
    #[serde(default)]
    pub(crate) columns: BTreeMap<String, Spanned<ColumnConfig>>,
    /// What becomes of the files' columns that `columns` does not use.
    #[serde(default)]
    pub(crate) other_columns: OtherColumns,
}

/// One location or several.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a path, glob or URL, or a list of them"
)]
pub(crate) enum ConfigLocations {
    One(String),
    Many(Vec<String>),
}

impl ConfigLocations {
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// What becomes of columns that are not mapped.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OtherColumns {
    /// They are there under their own names.
    #[default]
    Keep,
    /// They are not there.
    Drop,
}

/// How CSV files are written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CsvConfig {
    pub(crate) delimiter: Option<Spanned<char>>,
    pub(crate) quote: Option<Spanned<char>>,
    pub(crate) escape: Option<Spanned<char>>,
    /// Lines that begin with it are left out.
    pub(crate) comment: Option<Spanned<char>>,
    /// Whether the first line names the columns.
    pub(crate) header: Option<bool>,
}

impl CsvConfig {
    /// The characters that are set, with the option each belongs to.
    pub(crate) fn characters(&self) -> Vec<(&'static str, &Spanned<char>)> {
        let all = [
            ("format.delimiter", &self.delimiter),
            ("format.quote", &self.quote),
            ("format.escape", &self.escape),
            ("format.comment", &self.comment),
        ];
        all.into_iter()
            .filter_map(|(option, value)| Some((option, value.as_ref()?)))
            .collect()
    }
}
