//! What the planner and the optimizer get wrong, mended by rules.

mod all_of_sets;
mod casts_to_times;
mod common_unit;
mod end_of_time;
mod in_subqueries;
mod numbers;
mod numbers_as_dates;
mod projected_subqueries;
mod repeated_sort_keys;
mod subquery_places;
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
    vec![
        Arc::new(all_of_sets::AllOfSets),
        Arc::new(subquery_places::SubqueriesOverJoins),
        Arc::new(in_subqueries::InSubqueries),
        Arc::new(subquery_places::SubqueryPlaces),
        Arc::new(repeated_sort_keys::RepeatedSortKeys),
        Arc::new(casts_to_times::CastsToTimes),
    ]
}

/// The rules of the optimizer with ours in their places.
pub(super) fn with_optimizer_rules(
    stock: Vec<Arc<dyn OptimizerRule + Send + Sync>>,
) -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = vec![];
    for rule in stock {
        if rule.name() == "decorrelate_predicate_subquery" {
            rules.push(Arc::new(projected_subqueries::ProjectedSubqueries));
        }
        rules.push(rule);
    }
    rules.push(Arc::new(truth_tests::TruthTests));
    rules
}

/// Registers the rewrites of expressions before type coercion.
///
/// # Errors
/// When the registry refuses one.
pub(super) fn register_rewrites(registry: &mut dyn FunctionRegistry) -> Result<()> {
    registry.register_function_rewrite(Arc::new(super::functions::ShiftsByNumber))?;
    registry.register_function_rewrite(Arc::new(numbers_as_dates::NumbersAsDates))?;
    registry.register_function_rewrite(Arc::new(end_of_time::EndOfTime))
}
