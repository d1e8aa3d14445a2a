//! Details about the value that caused an error, attached to the error.
//!
//! The error itself stays unchanged, for embedding programs and for DataFusion's own tests: message
//! and position are a diagnostic of it.

use datafusion::common::{Diagnostic, Span};
use datafusion::error::DataFusionError;

use super::super::place::SqlPosition;
use super::anchor::SqlFragment;
use super::diagnostics;

/// Prefix of the note that distinguishes such a diagnostic from DataFusion's.
const NOTE: &str = "value of the data: ";
/// Prefix of the note with the name of the column at the span.
const COLUMN: &str = "column at the span: ";

/// A value that an expression does not accept, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlacedValue {
    /// The column or expression, the value, and its position in the data.
    pub(crate) problem: String,
    /// The replacement to suggest.
    pub(crate) advice: Option<String>,
    /// The SQL text at the position.
    pub(crate) written: Option<SqlFragment>,
    pub(crate) span: Option<Span>,
    /// The column at the span. The SQL of a view or of a config file has spans too, which are not
    /// valid in the statement.
    pub(crate) column: Option<String>,
}

impl PlacedValue {
    /// `error` with the details attached.
    pub(crate) fn beside(&self, error: DataFusionError) -> DataFusionError {
        let mut diagnostic = Diagnostic::new_error(self.problem.clone(), self.span);
        let written = self.written.as_ref().map(SqlFragment::to_note);
        diagnostic.add_note(format!("{NOTE}{}", written.unwrap_or_default()), None);
        if let Some(column) = &self.column {
            diagnostic.add_note(format!("{COLUMN}{column}"), None);
        }
        if let Some(advice) = &self.advice {
            diagnostic.add_help(advice.clone(), None);
        }
        error.with_diagnostic(diagnostic)
    }

    /// The position of the column, if it is in this text.
    pub(super) fn place(&self, sql: &str) -> Option<SqlPosition> {
        let place = SqlPosition::of_span(self.span?);
        let column = self.column.as_ref()?.to_lowercase();
        let there = place.text(sql)?.replace('"', "").to_lowercase();
        let is_there = there == column || there.ends_with(&format!(".{column}"));
        is_there.then_some(place)
    }

    /// The details attached to `error`; their advice is among the helps.
    pub(super) fn from_error(error: &DataFusionError) -> Option<Self> {
        diagnostics(error).into_iter().find_map(|diagnostic| {
            let note = |start: &str| {
                let mut notes = diagnostic.notes.iter();
                notes.find_map(|note| note.message.strip_prefix(start))
            };
            let written = note(NOTE)?;
            Some(Self {
                problem: diagnostic.message.clone(),
                advice: None,
                written: SqlFragment::from_note(written),
                span: diagnostic.span,
                column: note(COLUMN).map(str::to_owned),
            })
        })
    }
}
