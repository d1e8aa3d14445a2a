//! What the operator computes, the same in every partition.

use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;

use super::key_ranges::KeyRanges;
use crate::planner::fast_paths::dense_aggregate::{DenseAggregationPlan, EncodableKey};

/// Keys, aggregates, and the stock plan that they replace.
#[derive(Debug)]
pub(super) struct RangeAggregationPlan {
    pub(super) work: Arc<DenseAggregationPlan>,
    pub(super) ranges: KeyRanges,
    /// Keys that are no integers of a known range. The places of the ranges come again for each of their combinations.
    pub(super) coded: Vec<EncodableKey>,
    /// Where each key of the output is.
    pub(super) keys: Vec<KeyPosition>,
    /// Maximum number of places, those of all combinations together.
    pub(super) most: usize,
    /// The replaced final aggregation.
    pub(super) stock: Arc<dyn ExecutionPlan>,
}

/// The position of a key among those of its kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum KeyPosition {
    Range(usize),
    Coded(usize),
}
