//! Physical operators and rules of ours, and the rules that place them.

mod kpi_calls;
mod observed_until;

use std::sync::Arc;

use datafusion::optimizer::AnalyzerRule;

/// The rules that every plan goes through after type coercion.
pub(crate) fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![
        Arc::new(kpi_calls::KpiCalls),
        Arc::new(observed_until::ObservedUntil),
    ]
}
