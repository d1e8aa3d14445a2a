//! Intervals in a statement, rewritten after the headers have taken the original text.

use datafusion::common::Result;
use datafusion::sql::parser::{CopyToSource, Statement};

use super::correctness::{interval_text, length_minus};

/// Rewrites every interval literal to a form that the planner supports.
///
/// # Errors
/// When a literal is not an interval.
pub(crate) fn rewrite(statement: &mut Statement) -> Result<()> {
    match statement {
        Statement::Statement(inner) => interval_text::rewrite(inner.as_mut()),
        Statement::Explain(explain) => rewrite(&mut explain.statement),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => interval_text::rewrite(query.as_mut()),
            CopyToSource::Relation(_) => Ok(()),
        },
        Statement::CreateExternalTable(_) | Statement::Reset(_) => Ok(()),
    }
}

/// Rewrites the minus before an interval to a call, for a statement that was refused because of it.
pub(crate) fn negate(statement: &mut Statement) {
    match statement {
        Statement::Statement(inner) => length_minus::rewrite(inner.as_mut()),
        Statement::Explain(explain) => negate(&mut explain.statement),
        Statement::CopyTo(copy) => {
            if let CopyToSource::Query(query) = &mut copy.source {
                length_minus::rewrite(query.as_mut());
            }
        }
        Statement::CreateExternalTable(_) | Statement::Reset(_) => {}
    }
}
