//! What the planner and the optimizer get wrong, mended by rules.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::optimizer::AnalyzerRule;

/// The rules after type coercion, in their order.
pub(super) fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![]
}

/// Registers the rewrites of expressions before type coercion.
///
/// # Errors
/// When the registry refuses one.
pub(super) fn register_rewrites(_registry: &mut dyn FunctionRegistry) -> Result<()> {
    Ok(())
}
