//! Physical operators and rules of ours, and the rules that place them.

mod all_or_nothing;
mod kpi_calls;
mod observed_until;
mod scan_progress;
mod scratch;
mod staging;

use std::sync::Arc;

use datafusion::optimizer::AnalyzerRule;

pub use all_or_nothing::AllOrNothing;
pub use scan_progress::ScanProgress;
pub use scratch::{Scratch, ScratchFolder, Staged};

/// The rules that every plan goes through after type coercion.
pub(crate) fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![
        Arc::new(kpi_calls::KpiCalls),
        Arc::new(observed_until::ObservedUntil),
    ]
}
