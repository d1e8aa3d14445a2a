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
        let hint = match nearest_name(name) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("{list} lists them"),
        };
        Error::Usage(format!("no KPI {name}: {hint}"))
    })
}

fn nearest_name(name: &str) -> Option<&'static str> {
    nearest(name, ALL.iter().map(|kpi| kpi.name))
}

/// KPIs with `text` in their name; if it is in no name and misspells none, those with it in their title
/// or definition. Case is ignored.
#[must_use]
pub fn search(text: &str) -> Vec<&'static Kpi> {
    let wanted = text.to_lowercase();
    let has = |place: &str| place.to_lowercase().contains(&wanted);
    let named: Vec<&Kpi> = ALL.iter().filter(|kpi| has(kpi.name)).collect();
    if !named.is_empty() || nearest_name(text).is_some() {
        return named;
    }
    let about = |kpi: &&Kpi| has(kpi.title) || has(kpi.definition);
    ALL.iter().filter(about).collect()
}
