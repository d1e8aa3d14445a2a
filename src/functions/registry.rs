//! Every function of deskql, and their way into a session.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use super::declaration::{kpi_function, scalar};
use super::repeat_contact::recontacted;
use super::{aggregate, backlog, compat, correctness, datetime, kpis, quantile};

/// Every aggregate function of deskql: the KPIs and their details, and what other engines have.
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

/// Every scalar function of deskql.
#[must_use]
pub fn all_scalar() -> Vec<Arc<ScalarUDF>> {
    let specs = datetime::specs().into_iter().chain(compat::specs());
    let own = kpis::classes::all().into_iter().chain([backlog::levels()]);
    own.chain(datetime::all())
        .chain(specs.map(scalar::function))
        .map(Arc::new)
        .collect()
}

/// Every window function of deskql.
#[must_use]
pub fn all_window() -> Vec<Arc<WindowUDF>> {
    vec![Arc::new(recontacted::function())]
}

/// True for what takes the treatment of invalid values as a last argument: KPIs, their details, and what
/// a table function counts with.
pub(crate) fn takes_invalid_policy(function: &AggregateUDF) -> bool {
    kpi_function::is_kpi(function) || function.name() == backlog::MOVES
}

/// Registers every function of deskql, stand-ins for those of DataFusion that are wrong, and functions of
/// DataFusion under further names or for more types.
///
/// # Errors
/// When the registry refuses a function.
pub fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
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
    // Around what is there by now.
    correctness::length_aggregates::register(registry)
}
