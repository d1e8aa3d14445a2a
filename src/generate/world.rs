//! The desk of one seed: state that all customers and tickets share.

use super::agents::SupportStaff;
use super::calendar::SimulationCalendar;
use super::incidents::{self, HourlyDisturbances, ServiceIncident};

/// Shared, read-only state of a run.
#[derive(Debug)]
pub(super) struct SimulationWorld {
    pub(super) seed: u64,
    pub(super) calendar: SimulationCalendar,
    pub(super) incidents: Vec<ServiceIncident>,
    pub(super) disturbances: HourlyDisturbances,
    pub(super) staff: SupportStaff,
}

impl SimulationWorld {
    pub(super) fn new(seed: u64, tickets: u64) -> Self {
        let incidents = incidents::draw(seed);
        let disturbances = HourlyDisturbances::new(&incidents);
        Self {
            seed,
            calendar: SimulationCalendar::new(|hour| disturbances.lift(hour)),
            incidents,
            disturbances,
            staff: SupportStaff::draw(seed, tickets),
        }
    }
}
