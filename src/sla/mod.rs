//! Service level agreements of a desk: policies with targets, calendars and dates; no DataFusion.
//!
//! Each target of a policy, from the config file or a table, becomes one [`SlaRule`]. A clock uses
//! the first rule, in written order, that fits its metric, its start, its ticket's priority and its
//! ticket.

mod definition;
mod duration;
pub(crate) mod metric;
mod policies;

pub(crate) use duration::{duration, written};
pub use metric::{PauseStatuses, SlaMetric};
pub use policies::{SlaPolicies, SlaRule};
