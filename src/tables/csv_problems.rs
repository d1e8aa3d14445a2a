//! Wording of problems of CSV files: the file, the line, and the key that may help.

use std::sync::Arc;

use datafusion::error::DataFusionError;
use object_store::ObjectStore;

use super::csv_form::CsvForm;
use super::file_errors::{label, one_line};
use super::listing::{DataFile, store_error};
use super::source::TableSource;
use crate::error::Error;
use crate::text_files::{TextForm, TextProblem, line_of_record, text_stream};

/// A file that cannot be read.
#[derive(Clone, Copy)]
pub(super) struct CsvProblem<'a> {
    pub(super) source: &'a TableSource,
    pub(super) form: &'a CsvForm,
    pub(super) store: &'a Arc<dyn ObjectStore>,
    pub(super) file: &'a DataFile,
}

/// Field counts of a record that differs from the header.
#[derive(Debug, PartialEq, Eq)]
struct UnequalFields {
    /// Counted from zero, with the header.
    record: u64,
    expected: u64,
    /// As the reader says it: `3`, or `more than 2`.
    got: String,
}

impl CsvProblem<'_> {
    pub(super) async fn worded(self, error: &DataFusionError) -> Error {
        let label = label(self.source, self.file);
        if let Some(problem) = TextProblem::among_causes(error) {
            return Error::location(label, problem.to_string());
        }
        if let DataFusionError::ObjectStore(inner) = error {
            return store_error(&label, inner);
        }
        let Some(unequal) = UnequalFields::from_message(&error.to_string()) else {
            return Error::location(label, one_line(error));
        };
        let line = self.line(unequal.record).await;
        let line = line.unwrap_or(unequal.record + 1);
        Error::location(label, self.unequal(&unequal, line))
    }

    async fn line(self, record: u64) -> Option<u64> {
        let form = TextForm {
            marks: None,
            ..self.form.text.clone()
        };
        let compression = self.form.options.compression.into();
        let location = &self.file.meta.location;
        let chunks = text_stream(self.store.as_ref(), location, compression, &form).await;
        let marks = self.form.text.marks;
        let line = line_of_record(chunks.ok()?, marks, record).await.ok()?;
        Some(line + self.form.text.skip)
    }

    fn unequal(self, unequal: &UnequalFields, line: u64) -> String {
        let plural = if unequal.got == "1" { "" } else { "s" };
        let first = if self.form.options.has_header.unwrap_or(true) {
            "the header"
        } else {
            "the first row"
        };
        let delimiter = char::from(self.form.options.delimiter);
        let advice = if unequal.record < 40 && unequal.got != "1" && unequal.expected < 2 {
            format!(
                "if the header is further down, say skip = {} for the table in deskql.toml; if another character \
                 separates the fields, csv = {{ delimiter = \";\" }}",
                line - 1
            )
        } else {
            format!(
                "quote values that hold {delimiter:?}, or say the delimiter or the lines above the header for the \
                     table in deskql.toml (csv = {{ delimiter = \";\" }}, skip = 2)"
            )
        };
        format!(
            "line {line} has {} field{plural} and {first} {}: {advice}",
            unequal.got, unequal.expected
        )
    }
}

impl UnequalFields {
    /// Reads arrow's message, which counts records and calls them lines.
    fn from_message(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once("incorrect number of fields for line ")?;
        let (record, rest) = rest.split_once(", expected ")?;
        let (expected, got) = rest.split_once(" got ")?;
        let got: String = got
            .chars()
            .take_while(|character| character.is_ascii_alphanumeric() || *character == ' ')
            .collect();
        Some(Self {
            record: record.trim().parse::<u64>().ok()?.checked_sub(1)?,
            expected: expected.trim().parse().ok()?,
            got: got.trim().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_the_reader_are_understood() {
        let text =
            "Arrow error: Csv error: incorrect number of fields for line 2, expected 1 got 2";
        let expected = UnequalFields {
            record: 1,
            expected: 1,
            got: "2".to_owned(),
        };
        assert_eq!(UnequalFields::from_message(text), Some(expected));
        let text = "incorrect number of fields for line 9, expected 3 got more than 3";
        assert_eq!(
            UnequalFields::from_message(text).unwrap().got,
            "more than 3"
        );
    }
}
