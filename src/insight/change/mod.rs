//! `explain_change`: the parts of a KPI's change by segments, exactly, with guards against noise.

mod cells;
mod cut;
mod decomposition;
mod explanation;
mod kpi;
mod options;
mod output;
mod pairs;
mod segment_sums;
mod significance;
mod sums_functions;
mod table;

pub(super) use sums_functions::STATISTICS;
pub(super) use table::EXPLAIN_CHANGE;
