//! Faults of DataFusion and sqlparser that would make an answer wrong, one file each.
//!
//! `syntax` mends what the parser misreads, `plan` what the planner does, `functions` holds stand-ins for
//! stock functions. Each file ends its first comment with the upstream issue and the condition under which it
//! can be deleted; `tests/stock_engine/` asks the stock engine the same and fails when upstream has mended it.

pub(crate) mod plan;
pub(crate) mod syntax;

pub(crate) use plan::{
    NumberPlanner, PushedFilters, compute_changed_rows, refuse_numbers_as_dates,
    settle_range_offsets,
};

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::{FunctionRegistry, SessionStateBuilder};
use datafusion::optimizer::{Analyzer, AnalyzerRule};

use crate::exec::GroupingKeys;

/// The rules that every plan goes through after type coercion, before those of `exec`.
pub(crate) fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    plan::analyzer_rules()
}

/// The rules that run behind those of `exec`, which look for functions that these replace.
pub(crate) fn last_analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![Arc::new(plan::moving_frames::MovingFrames)]
}

/// The stock analyzer with the rules that come before type coercion in their place, and the rules of the
/// optimizer, `exec`'s among them, with ours in theirs.
pub(crate) fn with_rules(mut builder: SessionStateBuilder) -> SessionStateBuilder {
    let mut rules: Vec<Arc<dyn AnalyzerRule + Send + Sync>> = vec![Arc::new(GroupingKeys)];
    for stock in Analyzer::new().rules {
        if stock.name() == "type_coercion" {
            rules.extend(plan::rules_before_coercion());
        }
        rules.push(stock);
    }
    let planners = builder.expr_planners().get_or_insert_default();
    planners.splice(0..0, plan::first_expr_planners());
    let optimizer = builder.optimizer().take();
    let of_optimizer = optimizer.map_or_else(Vec::new, |optimizer| optimizer.rules);
    builder
        .with_analyzer_rules(rules)
        .with_optimizer_rules(plan::with_optimizer_rules(of_optimizer))
}

/// Registers the stand-ins for stock functions, and the rewrites before type coercion.
///
/// # Errors
/// When the registry refuses a function.
pub(crate) fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
    crate::functions::correctness::register_all(registry)?;
    plan::register_rewrites(registry)
}

/// Registers what stands around functions and operators that are there already: lengths of time in arithmetic
/// and aggregates.
///
/// # Errors
/// When a function is missing, or the registry refuses one.
pub(crate) fn register_around(registry: &mut dyn FunctionRegistry) -> Result<()> {
    crate::functions::correctness::length_aggregates::register(registry)?;
    for planner in plan::expr_planners(registry)? {
        registry.register_expr_planner(planner)?;
    }
    Ok(())
}
