//! Records of delimited text, with their lines and their text.

use std::borrow::Cow;

use csv::{Reader, ReaderBuilder, StringRecord};
use datafusion::common::config::CsvOptions;

use super::source_value::SourceValue;

/// Reads the records of a chunk of whole records.
pub(super) struct DelimitedRows<'a> {
    text: &'a [u8],
    first_line: u64,
    reader: Reader<&'a [u8]>,
    record: StringRecord,
    start: usize,
    line: u64,
}

impl<'a> DelimitedRows<'a> {
    /// Records of `text`, which begins on line `first_line` of its file.
    pub(super) fn new(text: &'a [u8], first_line: u64, options: &CsvOptions) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(options.delimiter)
            .quote(options.quote)
            .escape(options.escape)
            .comment(options.comment)
            .buffer_capacity(64 << 10)
            .from_reader(text);
        Self {
            text,
            first_line,
            reader,
            record: StringRecord::new(),
            start: 0,
            line: first_line,
        }
    }

    /// Reads the next record; false behind the last one, or where the text is no more UTF-8, which has been checked.
    pub(super) fn advance(&mut self) -> bool {
        if !self.reader.read_record(&mut self.record).unwrap_or(false) {
            return false;
        }
        let position = self.record.position();
        let (byte, line) = position.map_or((0, 1), |place| (place.byte(), place.line()));
        self.start = usize::try_from(byte).unwrap_or(self.text.len());
        // The position of a record is that of the empty lines before it.
        let before = self.text.get(self.start..).unwrap_or_default().iter();
        let blank = before.take_while(|byte| matches!(byte, b'\n' | b'\r'));
        let (mut breaks, mut length) = (0, 0);
        for byte in blank {
            breaks += u64::from(*byte == b'\n');
            length += 1;
        }
        self.start += length;
        self.line = self.first_line + line - 1 + breaks;
        true
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Number of fields.
    pub(super) fn width(&self) -> usize {
        self.record.len()
    }

    /// The record as it came, without its line break.
    pub(super) fn raw(&self) -> String {
        let end = usize::try_from(self.reader.position().byte()).unwrap_or(self.text.len());
        let raw = self.text.get(self.start..end).unwrap_or_default();
        let end = raw.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r'));
        let raw = raw.get(..end.map_or(0, |end| end + 1)).unwrap_or_default();
        String::from_utf8_lossy(raw).into_owned()
    }

    /// The values in the columns `places`.
    pub(super) fn value(&self, places: &[usize]) -> SourceValue<'_> {
        match places {
            [] => SourceValue::Absent,
            [place] => match self.record.get(*place) {
                None | Some("") => SourceValue::Absent,
                Some(text) => SourceValue::Text(Cow::Borrowed(text)),
            },
            places => {
                let texts = places.iter().filter_map(|place| self.record.get(*place));
                SourceValue::List(texts.map(Cow::Borrowed).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_have_the_lines_on_which_they_begin() {
        let text = b"id,note\r\n1,\"a\nb\"\r\n\r\n\n2,c\n3,d";
        let mut rows = DelimitedRows::new(text, 10, &CsvOptions::default());
        let mut found = Vec::new();
        while rows.advance() {
            found.push((rows.line(), rows.raw()));
        }
        let expected = [
            (10, "id,note"),
            (11, "1,\"a\nb\""),
            (15, "2,c"),
            (16, "3,d"),
        ];
        let expected: Vec<(u64, String)> = expected
            .into_iter()
            .map(|(line, raw)| (line, raw.to_owned()))
            .collect();
        assert_eq!(found, expected);
    }
}
