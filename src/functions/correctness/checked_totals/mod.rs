//! `sum` and `avg` that fail instead of returning a wrong number.
//!
//! The stock engine wraps silently in `sum` over integers, durations and decimals, and in `avg` over
//! durations (a nanosecond sum exceeds 64 bits after 292 years, which 15,000 tickets of a week each do).
//! apache/datafusion#17539, #3520. Its `avg` of decimals is truncated four digits behind their scale; here
//! it is the double nearest to the mean, as in DuckDB.
//!
//! Upstream: apache/datafusion#3520
//! Retire when: `sum` over whole numbers, decimals and lengths of time fails on overflow

mod compensated;
mod distinct;
mod exact_mean;
mod frames;
mod mean;
mod total;
mod udaf;

pub(crate) use compensated::CompensatedSum;
pub(crate) use frames::{CarriedTotal, frame_totals};
pub(crate) use mean::CheckedAvg;
pub(crate) use total::CheckedTotalKind;
pub(crate) use udaf::CheckedSum;
