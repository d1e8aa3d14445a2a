//! What the planner and the optimizer get wrong, mended by rules.

mod all_of_sets;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::optimizer::AnalyzerRule;

/// The rules after type coercion, in their order.
pub(super) fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![Arc::new(all_of_sets::AllOfSets)]
}

/// Registers the rewrites of expressions before type coercion.
///
/// # Errors
/// When the registry refuses one.
pub(super) fn register_rewrites(_registry: &mut dyn FunctionRegistry) -> Result<()> {
    Ok(())
}
