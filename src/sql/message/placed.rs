//! What is known of the value that an error is about, carried beside the error.
//!
//! The error itself stays what it was, for embedding programs and for DataFusion's own tests: words and place are
//! a diagnostic of it.

use datafusion::common::{Diagnostic, Span};
use datafusion::error::DataFusionError;

use super::super::place::SqlPosition;
use super::anchor::SqlFragment;
use super::diagnostics;

/// Begins the note that tells such a diagnostic from DataFusion's.
const NOTE: &str = "value of the data: ";
/// Begins the note that names the column at the span.
const COLUMN: &str = "column at the span: ";

/// A value that an expression cannot take, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlacedValue {
    /// The column or expression, the value, and where it stands in the data.
    pub(crate) problem: String,
    /// What to write instead.
    pub(crate) advice: Option<String>,
    /// What the SQL says at the place.
    pub(crate) written: Option<SqlFragment>,
    pub(crate) span: Option<Span>,
    /// The column that stands at the span. The SQL of a view or of a config file has spans too, which mean
    /// nothing in the statement.
    pub(crate) column: Option<String>,
}

impl PlacedValue {
    /// `error` with the words beside it.
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

    /// The place of the column, if it is of this text.
    pub(super) fn place(&self, sql: &str) -> Option<SqlPosition> {
        let place = SqlPosition::of_span(self.span?);
        let column = self.column.as_ref()?.to_lowercase();
        let there = place.text(sql)?.replace('"', "").to_lowercase();
        let is_there = there == column || there.ends_with(&format!(".{column}"));
        is_there.then_some(place)
    }

    /// What stands beside `error`; its advice is among the helps.
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
