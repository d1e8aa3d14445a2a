//! `[tables.NAME]`: location of a table's files and reader options.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::column::ColumnConfig;

/// One table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableConfig {
    /// Path, glob or URL, or a list of them; relative paths start at the config file.
    pub(crate) location: Spanned<ConfigLocations>,
    /// Format; needed if the files' names do not show it.
    pub(crate) format: Option<Spanned<String>>,
    /// Partition folders in order, each `"name"` or `"name type"`.
    pub(crate) partitions: Option<Vec<Spanned<String>>>,
    /// Order of the rows in each file, each `"column"` or `"column desc"`.
    #[serde(default)]
    pub(crate) sort: Vec<Spanned<String>>,
    /// Texts that mean NULL, in every column.
    #[serde(default)]
    pub(crate) null: Vec<String>,
    /// Time zone of times that are written without one.
    pub(crate) timezone: Option<Spanned<String>>,
    /// Encoding of text files: `windows-1252`.
    pub(crate) encoding: Option<Spanned<String>>,
    /// Sheet of a workbook; the first by default.
    pub(crate) sheet: Option<String>,
    /// Lines above the header.
    pub(crate) skip: Option<u64>,
    /// Decimal separator of numbers.
    pub(crate) decimal: Option<Spanned<char>>,
    /// Separator between thousands of numbers.
    pub(crate) thousands: Option<Spanned<char>>,
    /// Options of CSV files.
    #[serde(default)]
    pub(crate) csv: CsvConfig,
    /// Options of JSON files.
    #[serde(default)]
    pub(crate) json: JsonConfig,
    /// Columns of the table and their sources.
    #[serde(default)]
    pub(crate) columns: BTreeMap<String, Spanned<ColumnConfig>>,
    /// Handling of the files' columns that `columns` does not use.
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

/// Handling of columns that are not mapped.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OtherColumns {
    /// Included under their own names.
    #[default]
    Keep,
    /// Excluded.
    Drop,
}

/// Options of JSON files.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JsonConfig {
    /// List of each document that holds the rows: `data.tickets`, or `$` for the document itself.
    pub(crate) list: Option<Spanned<String>>,
}

/// Options of CSV files.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CsvConfig {
    pub(crate) delimiter: Option<Spanned<char>>,
    pub(crate) quote: Option<Spanned<char>>,
    pub(crate) escape: Option<Spanned<char>>,
    /// Lines that begin with this character are skipped.
    pub(crate) comment: Option<Spanned<char>>,
    /// True if the first line contains the column names.
    pub(crate) header: Option<bool>,
    /// True if quoted values may hold line breaks, which are looked for in the first 256 MB only.
    pub(crate) line_breaks: Option<bool>,
}

impl CsvConfig {
    /// Characters that are set, with their option names.
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
