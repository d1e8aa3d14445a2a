//! Replacements of stock functions that return wrong results.

pub(crate) mod checked_operator;
pub(crate) mod checked_totals;
mod coalesce;
mod decimal_quotient;
pub(crate) mod length_aggregates;
mod list_arguments;
mod list_totals;
pub(crate) mod named_cast;
mod plain_double;
mod regr_r2;
mod round;
mod rounded_cast;
mod series_bounds;
pub(crate) mod shifted_value;
mod string_agg;
pub(crate) mod time_of_text;
mod to_char;
mod to_timestamp;
mod trunc;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

use checked_totals::{CheckedAvg, CheckedSum};
pub(crate) use decimal_quotient::DecimalQuotient;
pub(crate) use list_arguments::is_list;
use named_cast::NamedCast;
pub(crate) use plain_double::PlainDouble;
pub(crate) use rounded_cast::RoundedCast;

/// Registers the replacements of stock functions under the stock names, and two replacements of casts under
/// own names.
///
/// # Errors
/// When the registry rejects a function.
pub(crate) fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
    let own = [
        ScalarUDF::from(coalesce::CoercingCoalesce::default()),
        ScalarUDF::from(round::RoundDouble::default()),
        ScalarUDF::from(trunc::TruncDouble::default()),
    ];
    let lists = [
        list_arguments::all(),
        list_totals::all(),
        series_bounds::all(),
    ];
    let times = [to_char::function(), time_of_text::function()];
    let times = times.into_iter().chain(to_timestamp::all());
    registry.register_udaf(Arc::new(AggregateUDF::from(regr_r2::RegrR2::default())))?;
    for function in own
        .into_iter()
        .chain(lists.into_iter().flatten())
        .chain(times)
    {
        registry.register_udf(Arc::new(function))?;
    }
    registry.register_udf(Arc::new(ScalarUDF::from(NamedCast::default())))?;
    registry.register_udaf(Arc::new(AggregateUDF::from(CheckedSum::default())))?;
    registry.register_udaf(Arc::new(AggregateUDF::from(CheckedAvg::default())))?;
    registry.register_udaf(Arc::new(AggregateUDF::from(
        string_agg::StringAgg::default(),
    )))?;
    Ok(())
}
