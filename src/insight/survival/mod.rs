//! Times until something ends while some have not ended yet: the Kaplan-Meier curve, what is read off it, and
//! the comparison of two sides.

mod counted;
mod curve;
mod curve_groups;
mod functions;
mod lifetime_parts;
mod lifetime_rows;
mod lifetimes;
mod log_rank;
mod summaries;
mod table;

pub(super) use functions::STATISTICS;
pub(super) use table::SURVIVAL_CURVE;
