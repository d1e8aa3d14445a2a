//! The desk of one seed: everything that all customers and tickets share.

use super::agents::Staff;
use super::calendar::Calendar;
use super::incidents::{self, Disturbances, Incident};

/// Shared, read-only state of a run.
#[derive(Debug)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) calendar: Calendar,
    pub(super) incidents: Vec<Incident>,
    pub(super) disturbances: Disturbances,
    pub(super) staff: Staff,
}

impl World {
    pub(super) fn new(seed: u64, tickets: u64) -> Self {
        let incidents = incidents::draw(seed);
        let disturbances = Disturbances::new(&incidents);
        Self {
            seed,
            calendar: Calendar::new(|hour| disturbances.lift(hour)),
            incidents,
            disturbances,
            staff: Staff::draw(seed, tickets),
        }
    }
}
