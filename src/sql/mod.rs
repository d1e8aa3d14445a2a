//! The SQL that people write: dialect, friendly forms, refusals, error wording.

mod dialect;
mod message;
mod refuse;
mod statement;

use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

pub use message::explain;
use statement::Kind;
pub use statement::{Statement, parse};

use crate::error::{Error, Result};

/// Plans one statement. DDL, `SET`, `PREPARE` and `DEALLOCATE` take effect at once and give an empty
/// frame; nothing else runs before the frame is read.
///
/// # Errors
/// When the statement names unknown things or asks for what cannot be done: one line, and where the
/// place in the text is known, that line with a caret below it.
pub async fn plan(context: &SessionContext, statement: &Statement) -> Result<DataFrame> {
    dispatch(context, statement)
        .await
        .map_err(|error| match error {
            DataFusionError::External(own) if own.is::<Error>() => {
                DataFusionError::External(own).into()
            }
            other => Error::Sql(explain(&other, Some(statement.script()))),
        })
}

async fn dispatch(
    context: &SessionContext,
    statement: &Statement,
) -> Result<DataFrame, DataFusionError> {
    match &statement.kind {
        Kind::Plain(inner) | Kind::Summarize(inner) => {
            let plan = context
                .state()
                .statement_to_plan(inner.as_ref().clone())
                .await?;
            context.execute_logical_plan(plan).await
        }
    }
}
