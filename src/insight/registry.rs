//! All functions of this module, and their registration in a session.

use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::Expr;
use datafusion::sql::sqlparser::ast::ObjectName;

use super::statistic::{ScalarStatistic, StatisticSpec, aggregate_function, scalar_function};
use super::table_function::{ComputedRelationPlanner, TableFunctionSpec, called};
#[cfg(feature = "text")]
use super::text;
use super::{association, change, comparison, forecast, series, survival, value};
use crate::functions::FunctionPage;
use crate::functions::declaration::parameter::FunctionParameter;

fn statistics() -> impl Iterator<Item = &'static StatisticSpec> {
    comparison::STATISTICS
        .iter()
        .chain(change::STATISTICS)
        .chain(survival::STATISTICS)
        .chain(association::STATISTICS)
        .chain(value::STATISTICS)
        .chain(series::DEVIATIONS)
        .chain(series::TRENDS)
}

fn scalars() -> impl Iterator<Item = &'static ScalarStatistic> {
    comparison::SCALARS
        .iter()
        .chain(value::SCALARS)
        .chain(forecast::SCALARS)
}

/// Parameters of each form in which `function` can be called; empty for functions of other modules.
pub(crate) fn call_forms(function: &str) -> Vec<Vec<FunctionParameter>> {
    let aggregate = statistics()
        .find(|spec| spec.name == function)
        .map(|spec| spec.parameters);
    let scalar = scalars()
        .find(|spec| spec.name == function)
        .map(|spec| spec.parameters);
    let parameters = aggregate.or(scalar).or_else(|| text_parameters(function));
    parameters.map(<[_]>::to_vec).into_iter().collect()
}

#[cfg(feature = "text")]
fn text_parameters(function: &str) -> Option<&'static [FunctionParameter]> {
    text::scalar::parameters(function)
}

#[cfg(not(feature = "text"))]
fn text_parameters(_: &str) -> Option<&'static [FunctionParameter]> {
    None
}

/// Calls that need the languages of the desk with these; other expressions as they are.
#[cfg(feature = "text")]
pub(crate) fn with_desk_languages(expr: Expr, languages: &[String]) -> Transformed<Expr> {
    text::scalar::with_desk_languages(expr, languages)
}

/// As they are: without the feature `text` nothing needs languages.
#[cfg(not(feature = "text"))]
pub(crate) fn with_desk_languages(expr: Expr, _: &[String]) -> Transformed<Expr> {
    Transformed::no(expr)
}

/// Rejects a language of which no model is built in.
#[cfg(feature = "text")]
pub(crate) fn check_language(code: &str) -> Result<(), String> {
    let known = text::language::built_in_codes();
    if known.contains(&code) {
        return Ok(());
    }
    Err(format!(
        "there is no language {code:?}; there are {}",
        known.join(", ")
    ))
}

/// Without the feature `text` any code will do.
#[cfg(not(feature = "text"))]
pub(crate) fn check_language(_: &str) -> Result<(), String> {
    Ok(())
}

/// Registers all functions of this module.
///
/// # Errors
/// When the registry rejects a function.
pub(crate) fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
    for spec in statistics() {
        registry.register_udaf(Arc::new(aggregate_function(spec)))?;
    }
    for spec in scalars() {
        registry.register_udf(Arc::new(scalar_function(spec)))?;
    }
    #[cfg(feature = "text")]
    for function in text::scalar::all() {
        registry.register_udf(Arc::new(function))?;
    }
    registry.register_udwf(Arc::new(comparison::p_adjust()))?;
    Ok(())
}

fn table_functions() -> impl Iterator<Item = &'static TableFunctionSpec> {
    [
        &change::EXPLAIN_CHANGE,
        &survival::SURVIVAL_CURVE,
        &association::KEY_DRIVERS,
        &series::ANOMALIES,
        &series::CONTROL_CHART,
        &series::CHANGE_POINTS,
        &forecast::FORECAST,
        #[cfg(feature = "text")]
        &text::tables::THEMES,
        #[cfg(feature = "text")]
        &text::tables::KEYWORDS,
        #[cfg(feature = "text")]
        &text::tables::NEAR_DUPLICATES,
    ]
    .into_iter()
}

/// The table function called `name`.
fn table_function(name: &str) -> Option<&'static TableFunctionSpec> {
    table_functions().find(|spec| spec.name.eq_ignore_ascii_case(name))
}

/// Plans calls of the table functions.
pub(crate) fn relation_planner() -> ComputedRelationPlanner {
    ComputedRelationPlanner {
        function: table_function,
    }
}

/// True if `name` is a table function of this module, whose first argument is a table.
pub(crate) fn is_table_function(name: &ObjectName) -> bool {
    called(name).and_then(table_function).is_some()
}

/// Pages of the table functions.
pub(crate) fn table_pages() -> Vec<FunctionPage> {
    table_functions().map(TableFunctionSpec::page).collect()
}
