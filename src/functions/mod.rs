//! KPI functions; they know Arrow and DataFusion's function traits, nothing else of ours.
//!
//! Each KPI is one file of `kpis/`: a `tally::Tally` of plain counts and sums, how rows are read
//! into it, and what it says. The Arrow loops are in `accumulate`, the argument checks in
//! `signature` and `kpi`.

mod accumulate;
mod amounts;
mod backlog;
pub(crate) mod bits;
mod business;
mod catalogue;
mod classes;
mod constants;
mod distinct;
mod documentation;
mod families;
pub(crate) mod fills;
mod format_duration;
mod friendly;
mod instants;
mod kpi;
mod kpis;
mod local;
mod mean;
mod measure;
pub(crate) mod moving;
mod named;
mod named_cast;
pub(crate) mod nearest_double;
mod numbers;
mod options;
mod outcome;
mod recontacted;
mod repeats;
pub(crate) mod rows;
mod scores;
mod share;
mod shift;
mod signature;
mod sketch;
mod spec;
mod spread;
pub(crate) mod statistics;
mod stored;
pub(crate) mod tally;
pub(crate) mod text_times;
pub(crate) mod times;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

pub(crate) use business::{end as business_end, needs_zone};
pub use catalogue::{Page, catalogue};
pub(crate) use distinct::counts_by_bitmaps;
pub(crate) use friendly::lengths::{self, push_duration};
pub(crate) use friendly::{
    div_function, percentile_asked, percentiles_cont, percentiles_field, plain_pattern,
    similar_pattern,
};
pub use measure::{Measure, Unit};
pub use named::places;
pub(crate) use named_cast::{NAME as NAMED_CAST, NamedCast};
pub use options::{Options, Switch};
pub(crate) use recontacted::NAME as RECONTACTED;
pub use recontacted::is_recontacted;
pub(crate) use repeats::{Span, deadlines};
pub(crate) use shift::shifted_value;
pub(crate) use times::{ticks, ticks_per_second};

/// Every aggregate function of deskql: the KPIs and their details.
#[must_use]
pub fn all_aggregate() -> Vec<Arc<AggregateUDF>> {
    kpis::ALL
        .iter()
        .flat_map(|spec| kpi::functions(spec))
        .chain([distinct::active_customers(), backlog::moves()])
        .map(Arc::new)
        .chain(friendly::all_aggregate())
        .collect()
}

/// Every scalar function of deskql.
#[must_use]
pub fn all_scalar() -> Vec<Arc<ScalarUDF>> {
    let classes = classes::all().into_iter();
    classes
        .chain([format_duration::function(), backlog::levels()])
        .chain(local::all())
        .chain(business::all())
        .map(Arc::new)
        .chain(friendly::all_scalar())
        .collect()
}

/// Every window function of deskql.
#[must_use]
pub fn all_window() -> Vec<Arc<WindowUDF>> {
    vec![recontacted()]
}

/// Whether each contact of a customer was followed by another in time.
#[must_use]
pub fn recontacted() -> Arc<WindowUDF> {
    Arc::new(recontacted::function())
}

/// True for a KPI or its detail.
#[must_use]
pub fn is_kpi(function: &AggregateUDF) -> bool {
    kpi::is_kpi(function)
}

/// True for what takes the treatment of invalid values as a last argument: KPIs, their details, and what
/// a table function counts with.
pub(crate) fn minds_invalid_values(function: &AggregateUDF) -> bool {
    is_kpi(function) || function.name() == backlog::MOVES
}

/// At which place of a call of `function` a calendar stands that the KPI counts in; `None` when it
/// takes none.
#[must_use]
pub fn calendar_place(function: &AggregateUDF) -> Option<usize> {
    kpi::calendar_place(function)
}

/// Registers every function of deskql.
///
/// # Errors
/// When the registry refuses a function.
pub fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
    for function in all_aggregate()
        .into_iter()
        .chain(friendly::renamed_aggregate())
    {
        registry.register_udaf(function)?;
    }
    for function in all_scalar().into_iter().chain(friendly::renamed_scalar()) {
        registry.register_udf(function)?;
    }
    for function in all_window() {
        registry.register_udwf(function)?;
    }
    Ok(())
}
