//! The SQL that people write: dialect, friendly forms, refusals, error wording.

use datafusion::dataframe::DataFrame;
use datafusion::prelude::SessionContext;

use crate::error::Result;

/// Plans one statement.
///
/// # Errors
/// When the text is not one valid statement over known tables, columns and functions.
pub async fn plan(context: &SessionContext, text: &str) -> Result<DataFrame> {
    Ok(context.sql(text).await?)
}
