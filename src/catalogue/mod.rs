//! The KPI catalogue: metadata of each KPI as data, as SQL tables and as pages for people.

mod calendars;
mod fast_paths;
pub(crate) mod kpi;
pub mod kpis;
pub(crate) mod listing;
mod page;
mod schema;
mod sla_policies;
mod tables;

pub(crate) use calendars::calendars;
pub(crate) use fast_paths::fast_paths;
pub(crate) use kpi::{CatalogueUnit, IndicatorTiming, Kpi, KpiDirection};
pub(crate) use listing::CatalogueTable;
pub(crate) use page::{list, lookup, markdown};
pub use schema::NAME;
pub(crate) use schema::{is_own, register};
pub(crate) use sla_policies::sla_policies;
