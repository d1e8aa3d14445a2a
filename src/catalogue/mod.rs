//! The KPI catalogue: metadata of each KPI as data, as SQL tables and as pages for people.

mod calendars;
mod fast_paths;
pub mod kpi;
pub mod kpis;
pub mod listing;
mod page;
mod schema;
mod sla_policies;
mod tables;

pub use calendars::calendars;
pub use fast_paths::fast_paths;
pub use kpi::Kpi;
pub use listing::CatalogueTable;
pub use page::{list, markdown, page};
pub use schema::{NAME, is_own, register};
pub use sla_policies::sla_policies;
