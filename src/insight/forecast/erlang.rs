//! Erlang C: waiting for an agent where nobody hangs up.
//!
//! Source: A. K. Erlang 1917. It holds for live channels while load and agents stay what they are.

use super::staffing::{AgentNumbers, StaffingFault};
use super::staffing::{at_least_zero, below_hundred, occupancy_percent, with_shrinkage};
use crate::insight::series::control_limits::whole;

/// Agents up to which loads are computed: one step of the recursion each.
pub(super) const AGENT_LIMIT: u32 = 10_000_000;

/// A queue in balance. Shares are in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ErlangQueue {
    /// Work that comes in, in agents: contacts an hour × hours of handling.
    pub(crate) load: f64,
    /// Share of contacts that wait at all.
    pub(crate) waits: f64,
    /// Share answered within the target.
    pub(crate) service_level: f64,
    /// Mean wait of all contacts; `None` where the queue grows without end.
    pub(crate) wait_seconds: Option<f64>,
    /// Share of their time that agents are busy.
    pub(crate) occupancy: f64,
}

/// The queue of `agents` with `contacts_per_hour` of `handle_seconds` each. A load of at least the number of
/// agents is a queue without end.
pub(crate) fn erlang_c(
    agents: i64,
    contacts_per_hour: f64,
    handle_seconds: f64,
    target_seconds: f64,
) -> Result<ErlangQueue, StaffingFault> {
    let load = offered_load(contacts_per_hour, handle_seconds)?;
    let target = at_least_zero("target_seconds", target_seconds)?;
    let number = agent_number(agents)?;
    if load <= 0.0 {
        return Ok(idle_queue());
    }
    if load >= f64::from(number) {
        return Ok(ErlangQueue {
            load,
            waits: 100.0,
            service_level: 0.0,
            wait_seconds: None,
            occupancy: 100.0,
        });
    }
    let blocked = (1..=number).fold(1.0, |blocked, agents| next_blocked(blocked, load, agents));
    Ok(queue(load, number, blocked, handle_seconds, target))
}

/// The fewest agents that answer `service_level` percent within the target and are busy no more than
/// `max_occupancy` percent of their time; `shrinkage` percent more are on the roster. A service level of 100
/// is none that any number reaches.
pub(crate) fn erlang_agents(
    contacts_per_hour: f64,
    handle_seconds: f64,
    target_seconds: f64,
    service_level: f64,
    max_occupancy: f64,
    shrinkage: f64,
) -> Result<AgentNumbers, StaffingFault> {
    let load = offered_load(contacts_per_hour, handle_seconds)?;
    let target = at_least_zero("target_seconds", target_seconds)?;
    let service_level = below_hundred("service_level", service_level)?;
    let max_occupancy = occupancy_percent("max_occupancy", max_occupancy)?;
    let shrinkage = below_hundred("shrinkage", shrinkage)?;
    let (mut agents, mut blocked) = (0, 1.0);
    if load <= 0.0 {
        return Ok(with_shrinkage(0, 0.0, shrinkage));
    }
    while agents < AGENT_LIMIT {
        agents += 1;
        blocked = next_blocked(blocked, load, agents);
        if f64::from(agents) <= load {
            continue;
        }
        let found = queue(load, agents, blocked, handle_seconds, target);
        // 8 of 10 are 80 percent, whatever the last digit of the division.
        let busy_enough = found.occupancy <= max_occupancy * (1.0 + 1e-12);
        if busy_enough && found.service_level >= service_level {
            return Ok(with_shrinkage(
                i64::from(agents),
                f64::from(agents),
                shrinkage,
            ));
        }
    }
    Err(StaffingFault::TooLarge { limit: AGENT_LIMIT })
}

/// Load in agents, of contacts an hour and seconds each.
pub(super) fn offered_load(
    contacts_per_hour: f64,
    handle_seconds: f64,
) -> Result<f64, StaffingFault> {
    let contacts = at_least_zero("contacts_per_hour", contacts_per_hour)?;
    let seconds = at_least_zero("handle_seconds", handle_seconds)?;
    let load = contacts * seconds / 3_600.0;
    if load > f64::from(AGENT_LIMIT) {
        return Err(StaffingFault::TooLarge { limit: AGENT_LIMIT });
    }
    Ok(load)
}

/// A number of agents as the recursions count them.
pub(super) fn agent_number(agents: i64) -> Result<u32, StaffingFault> {
    match u32::try_from(agents) {
        Ok(number) if number <= AGENT_LIMIT => Ok(number),
        Ok(_) => Err(StaffingFault::TooLarge { limit: AGENT_LIMIT }),
        Err(_) if agents > 0 => Err(StaffingFault::TooLarge { limit: AGENT_LIMIT }),
        Err(_) => Err(StaffingFault::Argument {
            name: "agents",
            value: whole(agents),
            range: "0 or more",
        }),
    }
}

/// Erlang B of one agent more: the share that finds all busy where nobody may wait. No factorials, so that no
/// load overflows.
fn next_blocked(blocked: f64, load: f64, agents: u32) -> f64 {
    load * blocked / (f64::from(agents) + load * blocked)
}

/// The queue behind `agents`, more than `load`, of whom all are busy with probability `blocked` if nobody may
/// wait.
fn queue(load: f64, agents: u32, blocked: f64, handle: f64, target: f64) -> ErlangQueue {
    let agents = f64::from(agents);
    let waits = blocked / (1.0 - load / agents * (1.0 - blocked));
    let still_waits = waits * (-(agents - load) * target / handle).exp();
    ErlangQueue {
        load,
        waits: 100.0 * waits,
        service_level: 100.0 * (1.0 - still_waits),
        wait_seconds: Some(waits * handle / (agents - load)),
        occupancy: 100.0 * load / agents,
    }
}

/// Nothing comes in.
fn idle_queue() -> ErlangQueue {
    ErlangQueue {
        load: 0.0,
        waits: 0.0,
        service_level: 100.0,
        wait_seconds: Some(0.0),
        occupancy: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One agent at half load is busy half of the time, and a contact waits AHT × ρ / (1 − ρ) (M/M/1).
    #[test]
    fn one_agent_is_the_simplest_queue() {
        let found = erlang_c(1, 30.0, 60.0, 60.0).unwrap();
        assert_eq!(
            (found.load, found.waits, found.occupancy),
            (0.5, 50.0, 50.0)
        );
        assert_eq!(found.wait_seconds, Some(60.0));
        let answered = 100.0 * (1.0 - 0.5 * (-0.5_f64).exp());
        assert!((found.service_level - answered).abs() < 1e-12);
    }

    #[test]
    fn edges() {
        assert_eq!(erlang_c(0, 0.0, 60.0, 0.0).unwrap(), idle_queue());
        let none = erlang_c(0, 10.0, 60.0, 20.0).unwrap();
        assert_eq!((none.waits, none.wait_seconds), (100.0, None));
        assert!(erlang_c(-1, 10.0, 60.0, 20.0).is_err());
        assert!(erlang_c(i64::MAX, 10.0, 60.0, 20.0).is_err());
        assert!(erlang_c(i64::MIN, 10.0, 60.0, 20.0).is_err());
        assert!(erlang_c(1, f64::NAN, 60.0, 20.0).is_err());
        assert!(erlang_c(1, 1e300, 60.0, 20.0).is_err());
        // Far more agents than work: the share that waits underflows to 0.
        let idle = erlang_c(5_000, 60.0, 60.0, 20.0).unwrap();
        assert_eq!((idle.waits, idle.service_level), (0.0, 100.0));
    }

    /// One fewer agent misses the level or the occupancy.
    #[test]
    fn no_fewer_agents_would_do() {
        for contacts in [1.0, 37.0, 200.0, 1_234.0] {
            let found = erlang_agents(contacts, 240.0, 20.0, 90.0, 85.0, 0.0).unwrap();
            let enough = |agents: i64| {
                let queue = erlang_c(agents, contacts, 240.0, 20.0).unwrap();
                queue.service_level >= 90.0 && queue.occupancy <= 85.0
            };
            assert!(enough(found.agents) && !enough(found.agents - 1));
        }
    }

    /// A load of 8 at no more than 80 percent is 10 agents; a third of shrinkage of 10 is 15.
    #[test]
    fn whole_divisions_stay_whole() {
        let found = erlang_agents(8.0, 3_600.0, 3_600.0, 10.0, 80.0, 100.0 / 3.0).unwrap();
        assert_eq!((found.agents, found.scheduled), (10, 15));
    }

    #[test]
    fn nothing_to_do_needs_nobody() {
        let found = erlang_agents(0.0, 180.0, 20.0, 80.0, 100.0, 30.0).unwrap();
        assert_eq!((found.agents, found.scheduled), (0, 0));
        assert!(erlang_agents(200.0, 180.0, 20.0, 100.0, 100.0, 0.0).is_err());
        assert!(erlang_agents(200.0, 180.0, 20.0, 80.0, 0.0, 0.0).is_err());
        assert!(erlang_agents(200.0, 180.0, 20.0, 80.0, 100.0, 100.0).is_err());
    }
}
