//! The error for refused SQL.

use datafusion::common::{Diagnostic, Span};
use datafusion::error::DataFusionError;

/// A refusal at a span.
pub(crate) fn refused(advice: &str, span: Option<Span>) -> DataFusionError {
    DataFusionError::Plan(advice.to_owned())
        .with_diagnostic(Diagnostic::new_error(advice.to_owned(), span))
}
