//! `[tables.NAME]`: location of a table's files and reader options.

use std::collections::BTreeMap;
use std::ops::Range;

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
    /// Version of a Delta table; the newest by default.
    pub(crate) version: Option<Spanned<u64>>,
    /// Instant whose version of a Delta table is read.
    pub(crate) timestamp: Option<Spanned<String>>,
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
    pub(crate) sheet: Option<Spanned<String>>,
    /// Lines above the header.
    pub(crate) skip: Option<Spanned<u64>>,
    /// True if the first line or row has the names of the columns.
    pub(crate) header: Option<Spanned<bool>>,
    /// Decimal separator of numbers.
    pub(crate) decimal: Option<Spanned<char>>,
    /// Separator between thousands of numbers.
    pub(crate) thousands: Option<Spanned<char>>,
    /// Meaning of columns of bytes.
    pub(crate) binary: Option<Spanned<BinaryColumns>>,
    /// Options of CSV files.
    pub(crate) csv: Option<Spanned<CsvConfig>>,
    /// Options of JSON files.
    pub(crate) json: Option<Spanned<JsonConfig>>,
    /// Columns of the table and their sources.
    #[serde(default)]
    pub(crate) columns: BTreeMap<String, Spanned<ColumnConfig>>,
    /// Handling of the files' columns that `columns` does not use.
    #[serde(default)]
    pub(crate) other_columns: OtherColumns,
}

impl TableConfig {
    /// Keys that are set of those that some formats do not have, each with its place in the file.
    pub(crate) fn format_keys(&self) -> Vec<(&'static str, Range<usize>)> {
        fn place<T>(value: Option<&Spanned<T>>) -> Option<Range<usize>> {
            value.map(Spanned::span)
        }
        let partitions = self.partitions.as_ref().and_then(|written| written.first());
        let all = [
            ("binary", place(self.binary.as_ref())),
            ("csv", place(self.csv.as_ref())),
            ("decimal", place(self.decimal.as_ref())),
            ("encoding", place(self.encoding.as_ref())),
            ("header", place(self.header.as_ref())),
            ("json", place(self.json.as_ref())),
            ("partitions", place(partitions)),
            ("sheet", place(self.sheet.as_ref())),
            ("skip", place(self.skip.as_ref())),
            ("sort", place(self.sort.first())),
            ("thousands", place(self.thousands.as_ref())),
            ("timestamp", place(self.timestamp.as_ref())),
            ("version", place(self.version.as_ref())),
        ];
        all.into_iter()
            .filter_map(|(key, place)| Some((key, place?)))
            .collect()
    }

    /// True if columns of bytes are text.
    pub(crate) fn has_text_in_bytes(&self) -> bool {
        let written = self.binary.as_ref().map(Spanned::get_ref);
        written == Some(&BinaryColumns::Text)
    }
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

/// Meaning of columns of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BinaryColumns {
    /// As they are.
    Bytes,
    /// Text in UTF-8.
    Text,
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
    pub(crate) header: Option<Spanned<bool>>,
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
