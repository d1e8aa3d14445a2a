//! Rules over plans, in the places where they run.
//!
//! `correctness` keeps answers right where DataFusion's own rules do not, `kpi` gives calls of KPIs what they
//! need, `fast_paths` gains speed and nothing else: a session without it gives the same answers. `rewrite` is
//! what they walk over plans with.

pub(crate) mod correctness;
pub(crate) mod fast_paths;
mod kpi;
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
use correctness::PushedFilters;
use correctness::float_statistics::{FloatPruning, FloatStatistics};
use correctness::grouping_keys::GroupingKeys;
use correctness::grouping_sets::BoundGroupingSets;
use correctness::zoned_time::LocalBins;
use fast_paths::repeat_contacts::RepeatContacts;
use fast_paths::{dense_aggregate, dense_join, dictionary_scan, repeat_contacts};

pub(crate) use query_planner::EventQueryPlanner;
pub(crate) use yield_points::yielding;

/// The stock rules with ours in their places. A session needs [`register`] too, once it has its functions.
pub(crate) fn with_rules(
    mut builder: SessionStateBuilder,
    memory_limit: Option<usize>,
) -> SessionStateBuilder {
    let planners = builder.expr_planners().get_or_insert_default();
    planners.splice(0..0, correctness::first_expr_planners());
    let optimizer = correctness::with_optimizer_rules(correctness::unnest_keys::optimizer_rules());
    builder
        .with_analyzer_rules(rules_until_coercion())
        .with_optimizer_rules(optimizer)
        .with_physical_optimizer_rules(physical_rules(memory_limit))
}

/// Registers what rewrites calls and operators, and the rules after type coercion.
///
/// # Errors
/// When a function is missing, or the session refuses a rule.
pub(crate) fn register(state: &mut SessionState) -> Result<()> {
    state.register_udf(Arc::new(ScalarUDF::from(LocalBins::default())))?;
    for function in event_log::functions() {
        state.register_udf(Arc::new(function))?;
    }
    correctness::register_rewrites(state)?;
    for planner in correctness::expr_planners(state)? {
        state.register_expr_planner(planner)?;
    }
    state.register_expr_planner(Arc::new(correctness::NumberPlanner))?;
    state.register_relation_planner(Arc::new(EventRelationPlanner))?;
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
    let mut rules = correctness::analyzer_rules();
    let others: [Arc<dyn AnalyzerRule + Send + Sync>; 7] = [
        Arc::new(kpi::KpiCalls),
        Arc::new(repeat_contacts::FcrByWindow),
        Arc::new(kpi::ObservedUntil),
        Arc::new(fast_paths::DistinctBitmaps),
        Arc::new(fast_paths::SharedQuantiles),
        Arc::new(fast_paths::FixedLengths),
        Arc::new(correctness::zoned_time::LocalCasts),
    ];
    rules.extend(others);
    // Behind all others, to see the arithmetic of theirs, and the functions that they look for.
    rules.extend(correctness::last_analyzer_rules());
    rules
}

/// Statistics are mended before anything reads them, grouping sets bounded before properties are, predicates
/// after the last was pushed down.
fn physical_rules(
    memory_limit: Option<usize>,
) -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> =
        vec![Arc::new(FloatStatistics), Arc::new(BoundGroupingSets)];
    for stock in PhysicalOptimizer::new().rules {
        if stock.name() == "EnsureRequirements" {
            // Before exchanges are placed that it does without.
            rules.push(Arc::new(dense_join::CollectDenseBuilds));
            // Before sorts are placed that it does without.
            rules.push(Arc::new(RepeatContacts::new(memory_limit)));
        }
        rules.push(PushedFilters::in_place_of(stock));
    }
    rules.push(Arc::new(repeat_contacts::RevealContacts));
    rules.push(Arc::new(FloatPruning));
    rules.push(Arc::new(dense_join::DenseJoins));
    rules.push(Arc::new(dense_aggregate::FewKeyAggregation));
    rules.push(Arc::new(dictionary_scan::DictionaryFilters));
    rules
}
