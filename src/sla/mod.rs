//! What a desk promises: policies with targets, calendars and dates; no DataFusion.
//!
//! A policy of the config file or of a table becomes one [`SlaRule`] for each target in it. A clock takes
//! the first rule, in the order in which they are written, that fits its metric, its start, its
//! ticket's priority and its ticket.

mod definition;
mod duration;
mod metric;
mod policies;

pub use duration::{duration, written};
pub use metric::{PAUSABLE, PauseStatuses, SlaMetric};
pub use policies::{SlaPolicies, SlaRule};
