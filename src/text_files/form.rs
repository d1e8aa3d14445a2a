//! How the bytes of a file become the text of its records.

use datafusion::common::config::CsvOptions;
use datafusion::datasource::physical_plan::CsvSource;

use super::encoding::TextEncoding;

/// Form of the text files of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TextForm {
    /// Encoding of files without a byte order mark; `None` for UTF-8.
    pub(crate) encoding: Option<TextEncoding>,
    /// Lines above the header (or the first row).
    pub(crate) skip: u64,
    /// Characters that structure records; `None` for text without quotes, such as NDJSON.
    pub(crate) marks: Option<RecordMarks>,
    /// Bytes that are no UTF-8 are passed on: who takes the text looks at each row.
    pub(crate) passes_other_bytes: bool,
}

/// Bytes that structure the records of delimited text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordMarks {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
    pub(crate) escape: Option<u8>,
    pub(crate) comment: Option<u8>,
    pub(crate) terminator: Option<u8>,
}

impl RecordMarks {
    pub(crate) fn from_options(options: &CsvOptions) -> Self {
        Self {
            delimiter: options.delimiter,
            quote: options.quote,
            escape: options.escape,
            comment: options.comment,
            terminator: options.terminator,
        }
    }

    pub(crate) fn from_source(source: &CsvSource) -> Self {
        Self {
            delimiter: source.delimiter(),
            quote: source.quote(),
            escape: source.escape(),
            comment: source.comment(),
            terminator: source.terminator(),
        }
    }

    pub(crate) fn ends_line(self, byte: u8) -> bool {
        match self.terminator {
            Some(terminator) => byte == terminator,
            None => matches!(byte, b'\n' | b'\r'),
        }
    }
}
