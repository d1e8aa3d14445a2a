//! Output formats by name and by file extension.

use std::path::Path;

use clap::ValueEnum;

/// Format of a written result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ResultFormat {
    /// Boxes for people; NULL prints as NULL
    Table,
    /// One column a line, record by record: for wide rows
    #[value(alias = "vertical")]
    Expanded,
    /// Comma-separated with a header; NULL is empty, an empty text is ""
    Csv,
    /// Tab-separated with a header, quoted as CSV is
    Tsv,
    /// One array of objects
    Json,
    /// One JSON object a line
    #[value(alias = "jsonl")]
    Ndjson,
    /// A Markdown table
    #[value(alias = "md")]
    Markdown,
    /// An Apache Parquet file
    Parquet,
    /// An Apache Arrow IPC (Feather) file
    Arrow,
}

impl ResultFormat {
    /// Format of the file extension of `path`.
    #[must_use]
    pub fn from_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "txt" => Self::Table,
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "md" | "markdown" => Self::Markdown,
            "parquet" | "pq" => Self::Parquet,
            "arrow" | "feather" | "ipc" => Self::Arrow,
            _ => return None,
        })
    }

    /// True if the format is formatted for readability on a terminal, which buffers the whole
    /// result.
    #[must_use]
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Expanded)
    }

    /// True if the output is binary and must not be sent to a terminal.
    #[must_use]
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Parquet | Self::Arrow)
    }

    /// Name for `--format`.
    #[must_use]
    pub fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_name_formats_whatever_their_case() {
        assert_eq!(
            ResultFormat::from_path(Path::new("a/b.CSV")),
            Some(ResultFormat::Csv)
        );
        assert_eq!(
            ResultFormat::from_path(Path::new("b.x.parquet")),
            Some(ResultFormat::Parquet)
        );
        assert_eq!(
            ResultFormat::from_path(Path::new("b.jsonl")),
            Some(ResultFormat::Ndjson)
        );
        assert_eq!(ResultFormat::from_path(Path::new("b.xlsx")), None);
        assert_eq!(ResultFormat::from_path(Path::new("csv")), None);
    }
}
