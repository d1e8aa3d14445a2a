//! Numbers of agents: rosters, and work that may wait.

/// Numbers that no queue or roster can have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum StaffingFault {
    /// An argument, by its name in SQL, is not finite or off the range that the text names.
    Argument {
        name: &'static str,
        value: f64,
        range: &'static str,
    },
    /// More agents or waiting contacts than are counted.
    TooLarge { limit: u32 },
}

/// A number of agents, and the people behind them with breaks and absences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AgentNumbers {
    pub(crate) agents: i64,
    pub(crate) scheduled: i64,
}

/// Agents for work that may wait: whole people, and the number before rounding up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WorkloadAgents {
    pub(crate) agents: i64,
    pub(crate) unrounded: f64,
}

/// Checks that a value is finite and at least 0.
pub(super) fn at_least_zero(name: &'static str, value: f64) -> Result<f64, StaffingFault> {
    let range = "0 or more";
    let valid = value.is_finite() && value >= 0.0;
    valid
        .then_some(value)
        .ok_or(StaffingFault::Argument { name, value, range })
}

/// Checks that a value is finite and above 0.
pub(super) fn above_zero(name: &'static str, value: f64) -> Result<f64, StaffingFault> {
    let range = "above 0";
    let valid = value.is_finite() && value > 0.0;
    valid
        .then_some(value)
        .ok_or(StaffingFault::Argument { name, value, range })
}

/// Checks a share of time at work: at least 1 and at most 100 percent. What lies below is a fraction by mistake.
pub(super) fn occupancy_percent(name: &'static str, value: f64) -> Result<f64, StaffingFault> {
    let range = "a percentage from 1 to 100, such as 85";
    let valid = (1.0..=100.0).contains(&value);
    valid
        .then_some(value)
        .ok_or(StaffingFault::Argument { name, value, range })
}

/// Checks a percentage that must not be everything: 0, or from 1 and below 100. What lies between is a fraction by
/// mistake.
pub(super) fn below_hundred(name: &'static str, value: f64) -> Result<f64, StaffingFault> {
    let range = "0, or a percentage from 1 to below 100, such as 30";
    let valid = value == 0.0 || (1.0..100.0).contains(&value);
    valid
        .then_some(value)
        .ok_or(StaffingFault::Argument { name, value, range })
}

/// Rounds up to whole people, but not for the last digits of a division: 7 / 0.7 is 10, not 11.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of more than all people saturates"
)]
pub(super) fn whole_people(number: f64) -> i64 {
    (number * (1.0 - 1e-12)).ceil() as i64
}

/// Agents at work and on the roster, `shrinkage` percent of whose paid time is breaks, training or sickness.
pub(super) fn with_shrinkage(agents: i64, people: f64, shrinkage: f64) -> AgentNumbers {
    AgentNumbers {
        agents,
        scheduled: whole_people(100.0 * people / (100.0 - shrinkage)),
    }
}

/// People for `contacts` that need `handle_seconds` each within `hours` of work a person, of which they spend
/// `occupancy` percent on contacts and `shrinkage` percent away.
pub(crate) fn workload_agents(
    contacts: f64,
    handle_seconds: f64,
    hours: f64,
    occupancy: f64,
    shrinkage: f64,
) -> Result<WorkloadAgents, StaffingFault> {
    let seconds =
        at_least_zero("contacts", contacts)? * at_least_zero("handle_seconds", handle_seconds)?;
    let hours = above_zero("hours", hours)?;
    let occupancy = occupancy_percent("occupancy", occupancy)?;
    let present = 100.0 - below_hundred("shrinkage", shrinkage)?;
    let unrounded = 10_000.0 * seconds / (3_600.0 * hours * occupancy * present);
    Ok(WorkloadAgents {
        agents: whole_people(unrounded),
        unrounded,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 70 contacts of an hour, ten hours a person of which 70 % are left: 10 people, not 11.
    #[test]
    fn work_that_divides_evenly_needs_no_further_person() {
        let found = workload_agents(70.0, 3_600.0, 10.0, 100.0, 30.0).unwrap();
        assert_eq!(found.agents, 10);
        assert_eq!(
            workload_agents(0.0, 60.0, 8.0, 80.0, 0.0).unwrap().agents,
            0
        );
        let barely = workload_agents(1.0, 1.0, 8.0, 80.0, 0.0).unwrap();
        assert_eq!(barely.agents, 1);
    }

    #[test]
    fn numbers_off_their_range_are_named() {
        let name = |found: Result<WorkloadAgents, StaffingFault>| match found {
            Err(StaffingFault::Argument { name, .. }) => name,
            _ => "none",
        };
        assert_eq!(name(workload_agents(-1.0, 1.0, 1.0, 80.0, 0.0)), "contacts");
        assert_eq!(
            name(workload_agents(1.0, f64::NAN, 1.0, 80.0, 0.0)),
            "handle_seconds"
        );
        assert_eq!(name(workload_agents(1.0, 1.0, 0.0, 80.0, 0.0)), "hours");
        assert_eq!(name(workload_agents(1.0, 1.0, 1.0, 0.0, 0.0)), "occupancy");
        assert_eq!(
            name(workload_agents(1.0, 1.0, 1.0, 101.0, 0.0)),
            "occupancy"
        );
        assert_eq!(
            name(workload_agents(1.0, 1.0, 1.0, 80.0, 100.0)),
            "shrinkage"
        );
        assert_eq!(
            name(workload_agents(f64::INFINITY, 1.0, 1.0, 80.0, 0.0)),
            "contacts"
        );
    }
}
