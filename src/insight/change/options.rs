//! Options of a call of `explain_change`.

use super::decomposition::DecompositionMethod;
use super::kpi::ChangeKpiKind;

/// Options of a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ExplanationOptions {
    pub(super) kind: ChangeKpiKind,
    /// Names of the dimensions.
    pub(super) dimensions: Vec<String>,
    pub(super) with_pairs: bool,
    /// Segments with fewer rows on both sides together are pooled.
    pub(super) min_n: i64,
    pub(super) method: DecompositionMethod,
    pub(super) level: f64,
}
