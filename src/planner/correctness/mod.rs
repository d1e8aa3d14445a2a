//! Rules that correct faults of DataFusion's planner and optimizer, one fault a file.
//!
//! Each file ends its first comment with the upstream issue and the condition under which it can be
//! deleted; `tests/stock_engine/` runs the same queries on the stock engine and fails when upstream has
//! fixed the fault. Faults of the parser are corrected in `parser/correctness`; replacements of stock
//! functions are in `functions/correctness`.

mod all_of_sets;
mod cast_estimates;
pub(crate) mod changed_rows;
mod checked_arithmetic;
mod conditions_over_totals;
mod derived_keys;
pub(crate) mod float_statistics;
mod frames_of_nulls;
pub(crate) mod grouping_keys;
pub(crate) mod grouping_sets;
mod joined_keys;
mod lead_lag;
mod lengths;
mod list_indexes;
pub(crate) mod materialized;
mod moving_frames;
mod numbers;
mod pushed_filters;
pub(super) mod repeated_execution;
mod repeated_sort_keys;
mod subqueries;
mod times;
mod truth_tests;
mod union_nullability;
pub(crate) mod unnest_keys;
mod window_keys;
mod window_ranges;
pub(crate) mod zoned_time;

pub(crate) use changed_rows::compute_changed_rows;
pub(crate) use derived_keys::DerivedKeys;
pub(crate) use frames_of_nulls::FramesOfNulls;
pub(crate) use lengths::length_keys::{commensurable, is_interval};
pub(crate) use numbers::NumberPlanner;
pub(crate) use numbers::numbers_as_dates::refuse_numbers_as_dates;
pub(crate) use numbers::plain_key;
pub(crate) use pushed_filters::PushedFilters;
pub(crate) use subqueries::dependent_join::single_row::SingleRow;
pub(crate) use subqueries::row_memberships::{row_of_values, values_of_row};
pub(crate) use window_ranges::settle_range_offsets;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::planner::ExprPlanner;
use datafusion::optimizer::{AnalyzerRule, OptimizerRule};

use conditions_over_totals::ConditionsOverTotals;

/// The rules before type coercion, in order.
pub(super) fn rules_before_coercion() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![
        Arc::new(subqueries::row_memberships::RowMemberships),
        Arc::new(numbers::NumberTypes),
    ]
}

/// The rules after type coercion, in order.
pub(super) fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![
        Arc::new(all_of_sets::AllOfSets),
        Arc::new(subqueries::subquery_places::SubqueriesOverJoins),
        Arc::new(subqueries::in_operands::InOperands),
        Arc::new(subqueries::exists_rows::ExistsRows),
        Arc::new(subqueries::in_subqueries::InSubqueries),
        Arc::new(subqueries::subquery_places::SubqueryPlaces),
        Arc::new(subqueries::dependent_join::DependentJoins),
        Arc::new(repeated_sort_keys::RepeatedSortKeys),
        Arc::new(times::casts_to_times::CastsToTimes),
        Arc::new(lengths::length_groups::LengthGroups),
        Arc::new(times::date_difference::DateDifference),
        Arc::new(subqueries::in_lists::InLists),
        Arc::new(window_keys::WindowKeys),
    ]
}

/// The rules that run after all others.
pub(super) fn last_analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![
        Arc::new(checked_arithmetic::CheckArithmetic),
        Arc::new(moving_frames::MovingFrames),
    ]
}

/// The expression planners that run before those of the engine: indexes of lists.
pub(super) fn first_expr_planners() -> Vec<Arc<dyn ExprPlanner>> {
    vec![Arc::new(list_indexes::ListIndexes)]
}

/// The expression planners of operators, which run before all others.
///
/// # Errors
/// When `registry` lacks a function.
pub(super) fn expr_planners(registry: &dyn FunctionRegistry) -> Result<Vec<Arc<dyn ExprPlanner>>> {
    let arithmetic = lengths::length_arithmetic::LengthArithmetic::try_new(registry)?;
    Ok(vec![Arc::new(arithmetic)])
}

/// The optimizer's rules with ours inserted.
pub(super) fn with_optimizer_rules(
    stock: Vec<Arc<dyn OptimizerRule + Send + Sync>>,
) -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = vec![];
    for rule in stock {
        if rule.name() == "decorrelate_predicate_subquery" {
            rules.push(Arc::new(
                subqueries::projected_subqueries::ProjectedSubqueries,
            ));
        }
        if rule.name() == "decorrelate_lateral_join" {
            rules.push(Arc::new(subqueries::needless_laterals::NeedlessLaterals));
        }
        if rule.name() == "replace_distinct_aggregate" {
            rules.push(Arc::new(joined_keys::JoinedKeys { stock: rule }));
            continue;
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

/// Registers the expression rewrites before type coercion.
///
/// # Errors
/// When the registry refuses one.
pub(super) fn register_rewrites(registry: &mut dyn FunctionRegistry) -> Result<()> {
    registry.register_function_rewrite(Arc::new(lengths::length_operands::LengthOperands))?;
    registry.register_function_rewrite(Arc::new(lead_lag::ShiftsByNumber))?;
    registry.register_function_rewrite(Arc::new(times::coarse_times::CoarseTimes))?;
    registry.register_function_rewrite(Arc::new(times::end_of_time::EndOfTime))?;
    registry.register_function_rewrite(Arc::new(zoned_time::CastsToLocalTime))?;
    registry.register_function_rewrite(Arc::new(zoned_time::ZonedTimeCoercion))
}
