//! Keys of `[tables.NAME]` that only some formats have. A key without effect is refused: its user expects one.

use super::config::{ConfigFile, TableConfig};
use super::kind::DataFileFormat;
use crate::error::Result;

/// Format of the files of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableFormat {
    Files(DataFileFormat),
    Workbook,
    Delta,
}

impl TableFormat {
    pub(super) fn is_delimited(self) -> bool {
        matches!(self, Self::Files(format) if format.is_delimited())
    }

    /// True if the reader itself makes NULLs of the words that `null` lists.
    pub(super) fn has_null_words(self) -> bool {
        self.is_delimited() || self == Self::Workbook
    }

    fn is_json(self) -> bool {
        self == Self::Files(DataFileFormat::Json)
    }

    fn has_bytes(self) -> bool {
        matches!(
            self,
            Self::Files(DataFileFormat::Parquet | DataFileFormat::Arrow)
        )
    }

    /// The files in words.
    fn files(self) -> String {
        match self {
            Self::Files(format) => format!("{format} files"),
            Self::Workbook => "workbooks".to_owned(),
            Self::Delta => "Delta tables".to_owned(),
        }
    }
}

/// A key, the formats that have it, and these in words.
struct FormatKey {
    name: &'static str,
    is_for: fn(TableFormat) -> bool,
    formats: &'static str,
}

const KEYS: [FormatKey; 13] = [
    key("binary", TableFormat::has_bytes, "Parquet and Arrow files"),
    key("csv", TableFormat::is_delimited, "CSV and TSV files"),
    key("decimal", TableFormat::is_delimited, "CSV and TSV files"),
    key(
        "encoding",
        |format| format.is_delimited() || format.is_json(),
        "CSV, TSV and JSON files",
    ),
    key(
        "header",
        TableFormat::has_null_words,
        "CSV and TSV files and workbooks",
    ),
    key("json", TableFormat::is_json, "JSON files"),
    key("partitions", is_file, "folders of data files"),
    key(
        "sheet",
        |format| format == TableFormat::Workbook,
        "workbooks",
    ),
    key(
        "skip",
        TableFormat::has_null_words,
        "CSV and TSV files and workbooks",
    ),
    key("sort", is_file, "data files"),
    key("thousands", TableFormat::is_delimited, "CSV and TSV files"),
    key("timestamp", is_delta, "Delta tables"),
    key("version", is_delta, "Delta tables"),
];

const fn key(
    name: &'static str,
    is_for: fn(TableFormat) -> bool,
    formats: &'static str,
) -> FormatKey {
    FormatKey {
        name,
        is_for,
        formats,
    }
}

fn is_delta(format: TableFormat) -> bool {
    format == TableFormat::Delta
}

fn is_file(format: TableFormat) -> bool {
    matches!(format, TableFormat::Files(_))
}

/// Refuses a key that does nothing for files of this format.
///
/// # Errors
/// If the section has one; the error has its line.
pub(super) fn check(config: &ConfigFile, table: &TableConfig, format: TableFormat) -> Result<()> {
    for (written, place) in table.format_keys() {
        let useless = KEYS
            .iter()
            .find(|key| key.name == written && !(key.is_for)(format));
        if let Some(FormatKey { name, formats, .. }) = useless {
            let files = format.files();
            let problem =
                format!("{name} does nothing for {files}: leave it out, it is for {formats}");
            return Err(config.problem(&place, problem));
        }
    }
    Ok(())
}
