//! Rules over plans, in the places where they run.
//!
//! `correctness` keeps answers right where DataFusion's own rules do not, `kpi` gives calls of KPIs what they
//! need, `fast_paths` gains speed and nothing else: a session without it gives the same answers. `rewrite` is
//! what they walk over plans with, `order_of_rows` what they know of functions.

mod asof_join;
pub(crate) mod correctness;
mod fast_paths;
mod kpi;
mod order_of_rows;
mod query_planner;
pub(crate) mod rewrite;
mod yield_points;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::{FunctionRegistry, SessionState, SessionStateBuilder};
use datafusion::logical_expr::ScalarUDF;
use datafusion::optimizer::{Analyzer, AnalyzerRule};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;

use crate::event_log::{self, EventRelationPlanner};
use crate::insight;
use correctness::float_statistics::{FloatPruning, FloatStatistics};
use correctness::grouping_keys::GroupingKeys;
use correctness::grouping_sets::BoundGroupingSets;
use correctness::materialized::SharedEvaluations;
use correctness::repeated_execution::RepeatedExecution;
use correctness::zoned_time::LocalBins;
use correctness::{FramesOfNulls, PushedFilters};

pub(crate) use asof_join::ASOF_MATCH;
pub(crate) use fast_paths::{ALL as FAST_PATHS, FastPath};
pub(crate) use query_planner::EventQueryPlanner;
pub(crate) use yield_points::yielding;

/// The stock rules with ours in their places. A session needs [`register`] too, once it has its functions.
pub(crate) fn with_rules(mut builder: SessionStateBuilder) -> SessionStateBuilder {
    let planners = builder.expr_planners().get_or_insert_default();
    planners.splice(0..0, correctness::first_expr_planners());
    let optimizer = correctness::unnest_keys::optimizer_rules();
    let optimizer = correctness::with_optimizer_rules(fast_paths::with_optimizer_rules(optimizer));
    builder
        .with_analyzer_rules(rules_until_coercion())
        .with_optimizer_rules(optimizer)
        .with_physical_optimizer_rules(physical_rules())
}

/// Registers what rewrites calls and operators, and the rules after type coercion.
///
/// # Errors
/// When a function is missing, or the session refuses a rule.
pub(crate) fn register(state: &mut SessionState) -> Result<()> {
    state.register_udf(Arc::new(ScalarUDF::from(LocalBins::default())))?;
    state.register_udf(Arc::new(ScalarUDF::from(correctness::SingleRow::default())))?;
    state.register_udf(Arc::new(asof_join::function()))?;
    state.register_udf(Arc::new(fast_paths::case_of_ranges()))?;
    state.register_udf(Arc::new(fast_paths::utc_date()))?;
    state.register_udf(Arc::new(correctness::materialized::function()))?;
    state.register_udf(Arc::new(correctness::row_of_values()))?;
    for function in event_log::functions() {
        state.register_udf(Arc::new(function))?;
    }
    correctness::register_rewrites(state)?;
    for planner in correctness::expr_planners(state)? {
        state.register_expr_planner(planner)?;
    }
    state.register_expr_planner(Arc::new(correctness::NumberPlanner))?;
    state.register_relation_planner(Arc::new(EventRelationPlanner))?;
    state.register_relation_planner(Arc::new(insight::relation_planner()))?;
    // It is asked first.
    state.register_relation_planner(Arc::new(correctness::DerivedKeys))?;
    for rule in rules_after_coercion() {
        state.add_analyzer_rule(rule);
    }
    Ok(())
}

/// The stock analyzer, and what comes before type coercion in its place.
fn rules_until_coercion() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn AnalyzerRule + Send + Sync>> = vec![Arc::new(GroupingKeys)];
    for stock in Analyzer::new().rules {
        if stock.name() == "type_coercion" {
            rules.extend(correctness::rules_before_coercion());
        }
        rules.push(stock);
    }
    rules
}

fn rules_after_coercion() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn AnalyzerRule + Send + Sync>> = vec![
        Arc::new(asof_join::AsOfJoins),
        // Before subqueries are copied.
        Arc::new(correctness::materialized::MaterializedCtes),
    ];
    rules.extend(correctness::analyzer_rules());
    rules.push(Arc::new(kpi::KpiCalls));
    // Before `recontacted` gets its last argument.
    rules.extend(fast_paths::logical_rules());
    rules.push(Arc::new(kpi::ObservedUntil));
    rules.push(Arc::new(correctness::zoned_time::LocalCasts));
    // Behind all others, to see the arithmetic of theirs, and the functions that they look for.
    rules.extend(correctness::last_analyzer_rules());
    rules
}

/// Statistics are mended before anything reads them, grouping sets bounded before properties are, predicates
/// after the last was pushed down.
fn physical_rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> =
        vec![Arc::new(FloatStatistics), Arc::new(BoundGroupingSets)];
    let fast_paths = fast_paths::physical_rules();
    for stock in PhysicalOptimizer::new().rules {
        if stock.name() == "EnsureRequirements" {
            rules.extend(fast_paths.before_requirements.iter().cloned());
        }
        rules.push(PushedFilters::in_place_of(stock));
    }
    rules.push(Arc::new(FramesOfNulls));
    rules.extend(fast_paths.after_stock_rules);
    rules.push(Arc::new(FloatPruning));
    rules.extend(fast_paths.last);
    rules.push(Arc::new(SharedEvaluations));
    rules.push(Arc::new(RepeatedExecution));
    rules
}
