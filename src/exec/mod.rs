//! Physical operators, rules and stand-ins for stock functions, and what places them.

mod all_or_nothing;
mod changed_rows;
mod columns;
mod contacts;
mod dense_join;
mod dictionary;
mod distinct_ids;
pub(crate) mod expressions;
mod failed_value;
mod fcr_by_window;
mod few_keys;
mod fixed_lengths;
mod float_stats;
mod grouping_keys;
mod grouping_sets;
mod kpi_calls;
mod local_clock;
pub(crate) mod memory;
mod nodes;
mod observed_until;
mod scan_progress;
mod scratch;
mod shared_quantiles;
mod staging;
mod text_by_key;
mod unnest_keys;
mod yielding;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::{FunctionRegistry, SessionStateBuilder};
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion::optimizer::AnalyzerRule;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;

use grouping_sets::BoundGroupingSets;

use crate::correctness::PushedFilters;

pub(crate) use crate::functions::correctness::checked_totals::CheckedAvg;
pub(crate) use crate::functions::correctness::checked_totals::CheckedSum;
pub use all_or_nothing::AllOrNothing;
pub(crate) use changed_rows::{ChangedRows, MEANT, MeantRows};
pub(crate) use failed_value::PlaceFailures;
pub use float_stats::{FloatPruning, FloatStatistics};
pub(crate) use grouping_keys::GroupingKeys;
pub use scan_progress::ScanProgress;
pub use scratch::{Scratch, ScratchFolder, Staged};
pub use yielding::yielding;

/// The rules that every plan goes through after type coercion.
pub(crate) fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![
        Arc::new(kpi_calls::KpiCalls),
        Arc::new(fcr_by_window::FcrByWindow),
        Arc::new(observed_until::ObservedUntil),
        Arc::new(distinct_ids::DistinctIds),
        Arc::new(shared_quantiles::SharedQuantiles),
        Arc::new(fixed_lengths::FixedLengths),
        Arc::new(local_clock::LocalCasts),
        // Last, to see the arithmetic of the other rules as well.
        Arc::new(crate::correctness::plan::checked_arithmetic::CheckArithmetic),
    ]
}

/// The stock rules with ours in their places. Of the physical ones, statistics are mended before
/// anything reads them, grouping sets bounded before properties are, predicates after the last was
/// pushed down.
pub(crate) fn with_rules(
    builder: SessionStateBuilder,
    memory_limit: Option<usize>,
) -> SessionStateBuilder {
    let mut rules: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> =
        vec![Arc::new(FloatStatistics), Arc::new(BoundGroupingSets)];
    for stock in PhysicalOptimizer::new().rules {
        if stock.name() == "EnsureRequirements" {
            // Before exchanges are placed that it does without.
            rules.push(Arc::new(dense_join::CollectDenseBuilds));
            // Before sorts are placed that it does without.
            rules.push(Arc::new(contacts::RepeatContacts::new(memory_limit)));
        }
        rules.push(PushedFilters::in_place_of(stock));
    }
    rules.push(Arc::new(contacts::RevealContacts));
    rules.push(Arc::new(FloatPruning));
    rules.push(Arc::new(dense_join::DenseJoins));
    rules.push(Arc::new(text_by_key::TextsByKey));
    rules.push(Arc::new(few_keys::FewKeyAggregation));
    rules.push(Arc::new(dictionary::DictionaryFilters));
    builder
        .with_optimizer_rules(unnest_keys::optimizer_rules())
        .with_physical_optimizer_rules(rules)
}

/// Registers the functions that take the place of stock ones, and the rewrites before type coercion.
///
/// # Errors
/// When the registry refuses a function.
pub(crate) fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
    registry.register_udaf(Arc::new(AggregateUDF::from(CheckedSum::default())))?;
    registry.register_udaf(Arc::new(AggregateUDF::from(CheckedAvg::default())))?;
    registry.register_udf(Arc::new(ScalarUDF::from(local_clock::LocalBins::default())))?;
    registry.register_function_rewrite(Arc::new(local_clock::ShownByClocks))?;
    registry.register_function_rewrite(Arc::new(local_clock::BesideZoned))
}
