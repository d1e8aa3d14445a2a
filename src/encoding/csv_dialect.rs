//! CSV according to RFC 4180, with LF line ends. NULL is an empty field and an empty text is `""`,
//! so that the two differ; the `csv` crate cannot quote one and not the other.

use arrow::array::RecordBatch;
use arrow::datatypes::{FieldRef, Fields};
use arrow::util::display::FormatOptions;

use super::text::{TextBatch, nested_options, plain_options};
use crate::error::Result;

/// How rows are written as CSV.
#[derive(Debug, Clone)]
pub(crate) struct CsvDialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
    /// Stands before a quote inside a quoted field; the quote itself doubles it.
    pub(crate) escape: u8,
    /// Text of NULL, never quoted; a value of the same text is.
    pub(crate) null: String,
    pub(crate) quoted: QuotedColumns,
    pub(crate) date_format: Option<String>,
    pub(crate) timestamp_format: Option<String>,
    pub(crate) timestamp_tz_format: Option<String>,
    pub(crate) time_format: Option<String>,
}

/// Columns whose values are quoted even where they need not be; NULL never is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum QuotedColumns {
    /// Only fields that would be read as something else.
    WhereNeeded,
    /// Every column.
    All,
    /// The columns of these names.
    Named(Vec<String>),
}

impl QuotedColumns {
    fn contains(&self, field: &FieldRef) -> bool {
        match self {
            Self::WhereNeeded => false,
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| name == field.name()),
        }
    }
}

impl CsvDialect {
    /// The dialect of results, with this delimiter.
    pub(crate) fn delimited_by(delimiter: u8) -> Self {
        Self {
            delimiter,
            quote: b'"',
            escape: b'"',
            null: String::new(),
            quoted: QuotedColumns::WhereNeeded,
            date_format: None,
            timestamp_format: None,
            timestamp_tz_format: None,
            time_format: None,
        }
    }

    /// Appends the names of the columns as a line.
    pub(crate) fn push_header(&self, fields: &Fields, out: &mut Vec<u8>) {
        for (column, field) in fields.iter().enumerate() {
            out.extend((column > 0).then_some(self.delimiter));
            self.push_field(field.name(), false, out);
        }
        out.push(b'\n');
    }

    /// Appends the rows of `batch`, a line each unless a value has line breaks.
    pub(crate) fn push_rows(
        &self,
        batch: &RecordBatch,
        fields: &Fields,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let nested = nested_options();
        let mut rows = TextBatch::formatted(batch, fields, &nested, &self.formats())?;
        let is_quoted: Vec<bool> = fields.iter().map(|f| self.quoted.contains(f)).collect();
        let mut text = String::new();
        for row in 0..batch.num_rows() {
            for (column, is_quoted) in is_quoted.iter().enumerate() {
                out.extend((column > 0).then_some(self.delimiter));
                match rows.value(row, column, &mut text)? {
                    Some(value) => self.push_field(value, *is_quoted, out),
                    // An empty line would be no row.
                    None if fields.len() == 1 && self.null.is_empty() => {
                        out.extend([self.quote, self.quote]);
                    }
                    None => out.extend_from_slice(self.null.as_bytes()),
                }
            }
            out.push(b'\n');
        }
        Ok(())
    }

    fn formats(&self) -> FormatOptions<'_> {
        let mut formats = plain_options();
        if let Some(format) = &self.date_format {
            formats = formats.with_date_format(Some(format));
        }
        if let Some(format) = &self.timestamp_format {
            formats = formats
                .with_timestamp_format(Some(format))
                .with_datetime_format(Some(format));
        }
        if let Some(format) = &self.timestamp_tz_format {
            formats = formats.with_timestamp_tz_format(Some(format));
        }
        if let Some(format) = &self.time_format {
            formats = formats.with_time_format(Some(format));
        }
        formats
    }

    fn push_field(&self, value: &str, is_quoted: bool, out: &mut Vec<u8>) {
        let is_special = |byte: u8| {
            byte == self.delimiter || byte == self.quote || matches!(byte, b'\n' | b'\r')
        };
        let is_bare =
            !is_quoted && !value.is_empty() && value != self.null && !value.bytes().any(is_special);
        if is_bare {
            out.extend_from_slice(value.as_bytes());
            return;
        }
        out.push(self.quote);
        for byte in value.bytes() {
            out.extend((byte == self.quote || byte == self.escape).then_some(self.escape));
            out.push(byte);
        }
        out.push(self.quote);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Date32Array, StringArray};

    use super::*;

    fn rows(dialect: &CsvDialect) -> String {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![
            Some("plain"),
            Some(""),
            None,
            Some("a;b"),
            Some("say \"x\" \\ y"),
            Some("-"),
        ]));
        let days: ArrayRef = Arc::new(Date32Array::from(vec![
            Some(0),
            None,
            None,
            None,
            None,
            None,
        ]));
        let batch = RecordBatch::try_from_iter([("t", texts), ("d", days)]).unwrap();
        let fields = batch.schema().fields().clone();
        let mut out = Vec::new();
        dialect.push_header(&fields, &mut out);
        dialect.push_rows(&batch, &fields, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn null_and_the_empty_text_differ() {
        assert_eq!(
            rows(&CsvDialect::delimited_by(b',')),
            "t,d\nplain,1970-01-01\n\"\",\n,\na;b,\n\"say \"\"x\"\" \\ y\",\n-,\n"
        );
    }

    #[test]
    fn every_part_of_the_dialect_can_be_chosen() {
        let dialect = CsvDialect {
            quote: b'\'',
            escape: b'\\',
            null: "-".to_owned(),
            date_format: Some("%d.%m.%Y".to_owned()),
            ..CsvDialect::delimited_by(b';')
        };
        assert_eq!(
            rows(&dialect),
            "t;d\nplain;01.01.1970\n'';-\n-;-\n'a;b';-\nsay \"x\" \\ y;-\n'-';-\n"
        );
    }

    #[test]
    fn columns_are_quoted_on_demand_but_never_null() {
        let dialect = CsvDialect {
            quoted: QuotedColumns::Named(vec!["d".to_owned()]),
            ..CsvDialect::delimited_by(b',')
        };
        assert!(rows(&dialect).starts_with("t,d\nplain,\"1970-01-01\"\n\"\",\n,\n"));
    }
}
