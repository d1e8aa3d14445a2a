//! What the planner and the optimizer get wrong, mended by rules.

mod all_of_sets;
mod numbers;
mod truth_tests;

pub(super) use numbers::NumberPlanner;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::optimizer::{AnalyzerRule, OptimizerRule};

/// The rules before type coercion, in their order.
pub(super) fn rules_before_coercion() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![Arc::new(numbers::NumberTypes)]
}

/// The rules after type coercion, in their order.
pub(super) fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![Arc::new(all_of_sets::AllOfSets)]
}

/// The rules of the optimizer that run behind all others.
pub(super) fn last_optimizer_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    vec![Arc::new(truth_tests::TruthTests)]
}

/// Registers the rewrites of expressions before type coercion.
///
/// # Errors
/// When the registry refuses one.
pub(super) fn register_rewrites(registry: &mut dyn FunctionRegistry) -> Result<()> {
    registry.register_function_rewrite(Arc::new(super::functions::ShiftsByNumber))
}
