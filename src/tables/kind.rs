//! Kind of a data file, derived from its name: format and compression.

use std::fmt;

use datafusion::common::GetExt;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;

/// Formats of a table's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum DataFileFormat {
    Parquet,
    Csv,
    /// CSV with a tab as delimiter.
    Tsv,
    /// JSON objects: lines, lists, or a list inside each document.
    Json,
    /// Arrow IPC, file or stream.
    Arrow,
}

impl DataFileFormat {
    const ALL: [Self; 5] = [Self::Parquet, Self::Csv, Self::Tsv, Self::Json, Self::Arrow];

    /// Format names that a user may write.
    pub(crate) const NAMES: [&'static str; 5] = ["parquet", "csv", "tsv", "json", "arrow"];

    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Parquet => &["parquet", "pq"],
            Self::Csv => &["csv"],
            Self::Tsv => &["tsv", "tab"],
            Self::Json => &["json", "ndjson", "jsonl"],
            Self::Arrow => &["arrow", "feather", "ipc"],
        }
    }

    /// Format with the name or file extension `text`.
    pub(crate) fn named(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|format| format.extensions().contains(&lower.as_str()))
    }

    /// True if the files are text, whose types are inferred from their values.
    pub(crate) fn is_delimited(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv)
    }
}

impl fmt::Display for DataFileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parquet => "Parquet",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Json => "JSON",
            Self::Arrow => "Arrow",
        })
    }
}

/// Format and compression of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DataFileKind {
    pub(crate) format: DataFileFormat,
    pub(crate) compression: FileCompressionType,
}

impl DataFileKind {
    /// Kind of an uncompressed file.
    pub(crate) fn plain(format: DataFileFormat) -> Self {
        Self {
            format,
            compression: FileCompressionType::UNCOMPRESSED,
        }
    }
}

impl fmt::Display for DataFileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.format)?;
        match self.compression.get_ext().as_str() {
            "" => Ok(()),
            extension => write!(f, " ({extension})"),
        }
    }
}

/// Parsed name of a data file: `tickets.csv.gz` is table `tickets`, ending `.csv.gz`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileName<'a> {
    pub(crate) stem: &'a str,
    pub(crate) ending: &'a str,
    pub(crate) kind: DataFileKind,
}

impl<'a> FileName<'a> {
    /// Parses `name`; `None` if its ending is not that of a data file.
    pub(crate) fn parse(name: &'a str) -> Option<Self> {
        let (rest, compression) = strip_compression(name);
        let (stem, extension) = rest.rsplit_once('.')?;
        let format = DataFileFormat::named(extension)?;
        let readable = matches!(
            format,
            DataFileFormat::Csv | DataFileFormat::Tsv | DataFileFormat::Json
        );
        if stem.is_empty() || (compression.is_compressed() && !readable) {
            return None;
        }
        Some(Self {
            stem,
            ending: &name[stem.len()..],
            kind: DataFileKind {
                format,
                compression,
            },
        })
    }
}

fn strip_compression(name: &str) -> (&str, FileCompressionType) {
    let known = [
        (".gz", FileCompressionType::GZIP),
        (".zst", FileCompressionType::ZSTD),
        (".bz2", FileCompressionType::BZIP2),
        (".xz", FileCompressionType::XZ),
    ];
    for (ending, compression) in known {
        if let Some(rest) = name.strip_suffix(ending) {
            return (rest, compression);
        }
    }
    (name, FileCompressionType::UNCOMPRESSED)
}

/// True if readers must skip a file or folder of this name (`_SUCCESS`, `.crc`, `_temporary`).
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '_'])
}

/// Column of a hive partition folder (`month` of `month=01`).
pub(crate) fn partition_key(folder: &str) -> Option<&str> {
    let (key, _) = folder.split_once('=')?;
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let parsed = FileName::parse("ticket.events.ndjson.zst").unwrap();
        assert_eq!(parsed.stem, "ticket.events");
        assert_eq!(parsed.ending, ".ndjson.zst");
        assert_eq!(parsed.kind.format, DataFileFormat::Json);
        assert_eq!(parsed.kind.compression, FileCompressionType::ZSTD);
        assert_eq!(
            FileName::parse("a.PARQUET").unwrap().kind.format,
            DataFileFormat::Parquet
        );
        // COPY writes them too.
        assert_eq!(
            FileName::parse("a.tab.gz").unwrap().kind.format,
            DataFileFormat::Tsv
        );
        assert_eq!(
            FileName::parse("a.ipc").unwrap().kind.format,
            DataFileFormat::Arrow
        );
        for other in [
            "README.md",
            "parquet",
            ".parquet",
            "a.parquet.gz",
            "a.gz",
            "",
        ] {
            assert_eq!(FileName::parse(other), None, "{other}");
        }
    }
}
