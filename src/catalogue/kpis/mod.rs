//! The KPIs, one file for each area.

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

/// All KPIs, area by area.
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

/// Tickets, without duplicates that were merged into another ticket.
const TICKETS: &str = "tickets WHERE merged_into_id IS NULL";

/// Finds the KPI `name`, ignoring case; the error text refers to the command `list`.
///
/// # Errors
/// When there is none; the error text suggests the nearest name.
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
