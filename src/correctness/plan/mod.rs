//! What the planner and the optimizer get wrong, mended by rules.

mod all_of_sets;
mod cast_estimates;
mod casts_to_times;
mod changed_rows;
pub(crate) mod checked_arithmetic;
mod coarse_times;
mod common_unit;
mod conditions_over_totals;
mod date_difference;
mod end_of_time;
mod exists_rows;
mod in_lists;
mod in_subqueries;
pub(crate) mod lead_lag;
mod length_arithmetic;
mod length_expressions;
mod length_groups;
mod length_keys;
mod length_operands;
mod list_indexes;
pub(crate) mod moving_frames;
mod numbers;
mod numbers_as_dates;
mod outer_rows;
mod outer_values;
mod projected_subqueries;
mod pushed_filters;
mod repeated_sort_keys;
mod subquery_places;
mod truth_tests;
mod union_nullability;
mod window_keys;
mod window_ranges;

pub(crate) use changed_rows::compute_changed_rows;
pub(crate) use numbers::NumberPlanner;
pub(crate) use numbers_as_dates::refuse_numbers_as_dates;
pub(crate) use pushed_filters::PushedFilters;
pub(crate) use window_ranges::settle_range_offsets;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::planner::ExprPlanner;
use datafusion::optimizer::{AnalyzerRule, OptimizerRule};

use conditions_over_totals::ConditionsOverTotals;

/// The rules before type coercion, in their order.
pub(super) fn rules_before_coercion() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![Arc::new(numbers::NumberTypes)]
}

/// The rules after type coercion, in their order.
pub(super) fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![
        Arc::new(all_of_sets::AllOfSets),
        Arc::new(subquery_places::SubqueriesOverJoins),
        Arc::new(exists_rows::ExistsRows),
        Arc::new(in_subqueries::InSubqueries),
        Arc::new(subquery_places::SubqueryPlaces),
        Arc::new(outer_values::OuterValues),
        Arc::new(repeated_sort_keys::RepeatedSortKeys),
        Arc::new(casts_to_times::CastsToTimes),
        Arc::new(length_groups::LengthGroups),
        Arc::new(date_difference::DateDifference),
        Arc::new(in_lists::InLists),
        Arc::new(window_keys::WindowKeys),
    ]
}

/// What plans indexes of lists, before the planners of the engine.
pub(super) fn first_expr_planners() -> Vec<Arc<dyn ExprPlanner>> {
    vec![Arc::new(list_indexes::ListIndexes)]
}

/// What plans operators before anything else does.
///
/// # Errors
/// When `registry` lacks a function.
pub(super) fn expr_planners(registry: &dyn FunctionRegistry) -> Result<Vec<Arc<dyn ExprPlanner>>> {
    let arithmetic = length_arithmetic::LengthArithmetic::try_new(registry)?;
    Ok(vec![Arc::new(arithmetic)])
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
        if rule.name() == "push_down_filter" {
            rules.push(Arc::new(ConditionsOverTotals { stock: rule }));
            continue;
        }
        rules.push(rule);
    }
    rules.push(Arc::new(truth_tests::TruthTests));
    rules.push(Arc::new(numbers::JoinKeys));
    rules.push(Arc::new(union_nullability::UnionNullability));
    rules.push(Arc::new(cast_estimates::CastEstimates));
    rules
}

/// Registers the rewrites of expressions before type coercion.
///
/// # Errors
/// When the registry refuses one.
pub(super) fn register_rewrites(registry: &mut dyn FunctionRegistry) -> Result<()> {
    registry.register_function_rewrite(Arc::new(length_operands::LengthOperands))?;
    registry.register_function_rewrite(Arc::new(lead_lag::ShiftsByNumber))?;
    registry.register_function_rewrite(Arc::new(coarse_times::CoarseTimes))?;
    registry.register_function_rewrite(Arc::new(end_of_time::EndOfTime))
}
