//! The KPIs, a file for each area.

mod cost;
mod customers;
mod feedback;
mod first_contact;
mod resolution;
mod response;
mod team;
mod workload;

use std::sync::LazyLock;

use crate::catalogue::kpi::Kpi;
use crate::error::{Error, Result};
use crate::text::nearest;

/// Every KPI, area by area.
pub static ALL: LazyLock<Vec<Kpi>> = LazyLock::new(|| {
    let areas: [&[Kpi]; 8] = [
        response::ALL,
        resolution::ALL,
        first_contact::ALL,
        workload::ALL,
        feedback::ALL,
        team::ALL,
        customers::ALL,
        cost::ALL,
    ];
    areas.concat()
});

/// Tickets, without the copies that were merged into another one.
const TICKETS: &str = "tickets WHERE merged_into_id IS NULL";

/// The KPI called `name`, in any case; `list` is the command that lists them.
///
/// # Errors
/// When there is none; the text has the nearest name.
pub fn find(name: &str, list: &str) -> Result<&'static Kpi> {
    let found = ALL.iter().find(|kpi| kpi.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let hint = match nearest(name, ALL.iter().map(|kpi| kpi.name)) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("{list} lists them"),
        };
        Error::Usage(format!("no KPI {name}: {hint}"))
    })
}
