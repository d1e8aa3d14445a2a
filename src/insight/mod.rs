//! Statistics of change: is it real, what drove it, since when, what comes next, and why do they say so.
//!
//! Each folder is a family. Its statistics are plain functions over numbers and counts; what SQL calls is put
//! on top of them by `statistic` (aggregate and scalar functions) and `table_function`.

mod association;
mod change;
mod comparison;
mod distributions;
mod families;
mod forecast;
mod registry;
mod series;
mod statistic;
mod survival;
mod table_function;
#[cfg(feature = "text")]
mod text;
mod value;

pub(crate) use comparison::{P_ADJUST, holm};
pub(crate) use registry::{
    call_forms, check_language, is_table_function, register_all, relation_planner, table_pages,
    with_desk_languages,
};
pub(crate) use statistic::{calendar_place, is_statistic};
pub(crate) use table_function::ComputedTablePlanner;
#[cfg(feature = "text")]
pub(crate) use text::redaction::redact;
