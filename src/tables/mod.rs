//! What a table is: config, locations, object stores, formats, column mapping.

use std::path::Path;

use datafusion::prelude::SessionContext;

use crate::error::Result;

/// Registers the tables found at `locations` and those that the config file names.
///
/// # Errors
/// When a location holds no table or the config file is wrong.
pub async fn register(
    _context: &SessionContext,
    _locations: &[String],
    _config: Option<&Path>,
) -> Result<()> {
    Ok(())
}
