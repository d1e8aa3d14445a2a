//! All functions of deskql, and their registration in a session.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use super::declaration::{kpi_function, scalar};
use super::repeat_contact::recontacted;
use super::{aggregate, backlog, compat, correctness, datetime, json, kpis, quantile};

/// All aggregate functions of deskql: the KPIs, their details, and functions of other engines.
#[must_use]
pub fn all_aggregate() -> Vec<Arc<AggregateUDF>> {
    let kpis = kpis::ALL
        .iter()
        .flat_map(|spec| kpi_function::functions(spec));
    let others = [aggregate::all(), quantile::all(), vec![backlog::moves()]];
    kpis.chain(others.into_iter().flatten())
        .map(Arc::new)
        .collect()
}

/// All scalar functions of deskql.
#[must_use]
pub fn all_scalar() -> Vec<Arc<ScalarUDF>> {
    let specs = datetime::specs().into_iter().chain(compat::specs());
    let specs = specs.chain(json::specs());
    let own = kpis::classes::all().into_iter().chain([backlog::levels()]);
    own.chain(datetime::all())
        .chain(specs.map(scalar::function))
        .map(Arc::new)
        .collect()
}

/// All window functions of deskql.
#[must_use]
pub(crate) fn all_window() -> Vec<Arc<WindowUDF>> {
    vec![Arc::new(recontacted::function())]
}

/// True for functions whose last argument may be the treatment of invalid values: KPIs, their details, and
/// the aggregate behind a table function.
pub(crate) fn takes_invalid_policy(function: &AggregateUDF) -> bool {
    kpi_function::is_kpi(function) || function.name() == backlog::MOVES
}

/// Registers all functions of deskql, replacements of wrong functions of DataFusion, and functions of
/// DataFusion under further names or for more types.
///
/// # Errors
/// When the registry rejects a function.
pub(crate) fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
    correctness::register_all(registry)?;
    let renamed = compat::renamed_aggregate().into_iter();
    let extended = renamed.chain(quantile::extended()).map(Arc::new);
    for function in all_aggregate().into_iter().chain(extended) {
        registry.register_udaf(function)?;
    }
    let renamed = compat::renamed_scalar().into_iter().map(Arc::new);
    for function in all_scalar().into_iter().chain(renamed) {
        registry.register_udf(function)?;
    }
    for function in all_window() {
        registry.register_udwf(function)?;
    }
    // These wrap the functions registered before.
    correctness::length_aggregates::register(registry)
}
