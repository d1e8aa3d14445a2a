//! KPI functions and the SQL functions that DataFusion lacks; this module depends on Arrow, DataFusion's
//! function traits and the deskql modules below it only.
//!
//! Each KPI is one file of `kpis/`: a `tally::Tally` of plain counts and sums, the reading of rows into it,
//! and its result. The Arrow loops are in `tally/accumulate.rs`, the argument checks in `declaration/`.

pub(crate) mod aggregate;
pub(crate) mod backlog;
pub(crate) mod compat;
pub(crate) mod correctness;
pub(crate) mod datetime;
pub(crate) mod declaration;
mod json;
pub(crate) mod kernels;
pub(crate) mod kpis;
mod named_arguments;
mod pages;
pub(crate) mod quantile;
pub(crate) mod registry;
pub(crate) mod repeat_contact;
pub(crate) mod tally;

pub(crate) use declaration::kpi_function::calendar_place;
pub use declaration::kpi_function::is_kpi;
pub(crate) use kpis::score_range::{CES_RANGE, CSAT_RANGE, NPS_RANGE, ScoreRange};
pub(crate) use named_arguments::{call_forms, optional_parameters, places};
pub use pages::FunctionPage;
pub(crate) use pages::FurtherPages;
pub(crate) use pages::function_pages;
pub(crate) use registry::register_all;
pub use registry::{all_aggregate, all_scalar};
