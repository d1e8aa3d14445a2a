//! Lengths of time, INTERVAL or the difference of two times, as one type: arithmetic, comparison, grouping.

pub(super) mod length_arithmetic;
mod length_expressions;
pub(super) mod length_groups;
pub(super) mod length_keys;
pub(super) mod length_operands;

pub(crate) use length_expressions::may_be_time;
