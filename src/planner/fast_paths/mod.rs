//! Faster ways to the same answers. Each has a switch, and stands beside the stock operator, which goes on where
//! it gives up; deleting any of these folders costs speed only.

pub(crate) mod dense_aggregate;
pub(crate) mod dense_join;
pub(crate) mod dictionary_scan;
mod distinct_bitmaps;
mod fixed_intervals;
pub(crate) mod repeat_contacts;
mod shared_quantiles;

pub(super) use distinct_bitmaps::DistinctBitmaps;
pub(super) use fixed_intervals::FixedLengths;
pub(super) use shared_quantiles::SharedQuantiles;
