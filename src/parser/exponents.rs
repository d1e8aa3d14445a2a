//! Literals with an exponent, in every kind of statement.

use datafusion::error::DataFusionError;
use datafusion::sql::parser::{CopyToSource, Statement};

use super::correctness::as_doubles;

/// Rewrites them to doubles.
///
/// # Errors
/// When one is larger than any double.
pub(crate) fn exponents(statement: &mut Statement) -> Result<(), DataFusionError> {
    match statement {
        Statement::Statement(inner) => as_doubles(inner.as_mut()),
        Statement::Explain(explain) => exponents(&mut explain.statement),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => as_doubles(query.as_mut()),
            CopyToSource::Relation(_) => Ok(()),
        },
        Statement::CreateExternalTable(_) | Statement::Reset(_) => Ok(()),
    }
}
