//! Stand-ins for stock functions whose answers are wrong.

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;

/// Registers every stand-in under the name of the stock function.
///
/// # Errors
/// When the registry refuses a function.
pub(super) fn register_all(_registry: &mut dyn FunctionRegistry) -> Result<()> {
    Ok(())
}
