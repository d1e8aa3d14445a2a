//! Numbers of agents as SQL computes them.

use datafusion::common::{DataFusionError, Result, exec_datafusion_err, internal_err};

use super::erlang::{erlang_agents, erlang_c};
use super::erlang_abandonment::erlang_a;
use super::staffing::{StaffingFault, workload_agents};
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::insight::families::STAFFING;
use crate::insight::statistic::{
    ComputedCells, ScalarNumbers, ScalarStatistic, StatisticCell, StatisticResult, count_field,
    measure_field,
};

const fn number(name: &'static str, meaning: &'static str) -> FunctionParameter {
    FunctionParameter::required(name, ParameterKind::Number, meaning)
}

const AGENTS: FunctionParameter = number("agents", "People at work, a whole number of 0 or more.");
const CONTACTS: FunctionParameter = number("contacts_per_hour", "Contacts that come in an hour.");
const HANDLE: FunctionParameter = number("handle_seconds", "Mean handle time of a contact.");
const TARGET: FunctionParameter = number(
    "target_seconds",
    "Longest wait that still counts as in time.",
);
const SHRINKAGE: &str =
    "Percent of paid time away from contacts: breaks, training, sickness; 0 when absent.";

/// A remark of the queueing models.
macro_rules! live_channels {
    () => {
        " For live channels (phone, chat) within a half-hour or so in which load and agents stay what they \
         are. NULL for a NULL; numbers off their range are an error."
    };
}

const ERLANG_C: ScalarStatistic = ScalarStatistic {
    name: "erlang_c",
    family: STAFFING,
    description: concat!(
        "A queue in which everyone waits for an agent and nobody hangs up (Erlang 1917). Where the load is not \
         below the agents the queue grows without end: all wait, the service level is 0, the mean wait NULL.",
        live_channels!()
    ),
    example: "SELECT round(q.service_level, 1), round(q.wait_seconds, 1) FROM (SELECT erlang_c(14, 200, \
        180, 20) AS q);\n-- 88.8,7.8",
    result: StatisticResult::Struct(
        &[
            measure_field("load", "work that comes in, in agents"),
            measure_field("waits", "percent of contacts that wait at all"),
            measure_field("service_level", "percent answered within the target"),
            measure_field("wait_seconds", "mean wait of all contacts"),
            measure_field("occupancy", "percent of their time that agents are busy"),
        ],
        &[],
    ),
    parameters: &[AGENTS, CONTACTS, HANDLE, TARGET],
    compute: erlang_c_cells,
};

const ERLANG_AGENTS: ScalarStatistic = ScalarStatistic {
    name: "erlang_agents",
    family: STAFFING,
    description: concat!(
        "The fewest agents that answer `service_level` percent within the target, as `erlang_c` has it, and are \
         busy no more than `max_occupancy` percent of their time. A service level of 100 is none that any \
         number reaches.",
        live_channels!()
    ),
    example: "SELECT r.agents, r.scheduled FROM (SELECT erlang_agents(200, 180, 20, 80, 85, 30) AS r);\n\
        -- 14,20",
    result: StatisticResult::Struct(
        &[
            count_field("agents", "people at work"),
            count_field(
                "scheduled",
                "people on the roster, agents / (100 − shrinkage) × 100 rounded up",
            ),
        ],
        &[],
    ),
    parameters: &[
        CONTACTS,
        HANDLE,
        TARGET,
        number(
            "service_level",
            "Percent to answer within the target, below 100.",
        ),
        FunctionParameter::optional(
            "max_occupancy",
            ParameterKind::Number,
            "Percent of their time that agents may be busy, up to 100 when absent.",
        ),
        FunctionParameter::optional("shrinkage", ParameterKind::Number, SHRINKAGE),
    ],
    compute: erlang_agents_cells,
};

const ERLANG_A: ScalarStatistic = ScalarStatistic {
    name: "erlang_a",
    family: STAFFING,
    description: concat!(
        "A queue in which people hang up after `patience_seconds` on average, so that it has an end even where \
         the load exceeds the agents (M/M/N+M; Palm 1957). Occupancy is NULL without agents.",
        live_channels!()
    ),
    example: "SELECT round(q.abandons, 1), round(q.wait_seconds, 1) FROM (SELECT erlang_a(12, 200, 180, \
        120) AS q);\n-- 6.2,7.4",
    result: StatisticResult::Struct(
        &[
            measure_field("waits", "percent of contacts that wait at all"),
            measure_field("abandons", "percent that hang up"),
            measure_field(
                "wait_seconds",
                "mean wait of all contacts, of those who hang up until they do",
            ),
            measure_field("occupancy", "percent of their time that agents are busy"),
        ],
        &[],
    ),
    parameters: &[
        AGENTS,
        CONTACTS,
        HANDLE,
        number(
            "patience_seconds",
            "Mean time that people are ready to wait; above 0.",
        ),
    ],
    compute: erlang_a_cells,
};

const WORKLOAD_AGENTS: ScalarStatistic = ScalarStatistic {
    name: "workload_agents",
    family: STAFFING,
    description: "People for work that may wait (mail, tickets): contacts × handle time / (hours × occupancy × \
        (1 − shrinkage)). Not for phone and chat, where people must be free when a contact comes: `erlang_agents`. \
        NULL for a NULL; numbers off their range are an error.",
    example: "SELECT w.agents, round(w.unrounded, 2) FROM (SELECT workload_agents(900, 720, 7.5, 80, 30) AS \
        w);\n-- 43,42.86",
    result: StatisticResult::Struct(
        &[
            count_field("agents", "whole people, rounded up"),
            measure_field("unrounded", "the number before"),
        ],
        &[],
    ),
    parameters: &[
        number("contacts", "Contacts to handle."),
        HANDLE,
        number("hours", "Paid hours of a person in that time."),
        number(
            "occupancy",
            "Percent of their time that people spend on contacts.",
        ),
        number(
            "shrinkage",
            "Percent of paid time away from contacts: breaks, training, sickness.",
        ),
    ],
    compute: workload_cells,
};

pub(crate) static SCALARS: &[ScalarStatistic] =
    &[ERLANG_C, ERLANG_AGENTS, ERLANG_A, WORKLOAD_AGENTS];

fn erlang_c_cells(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let agents = numbers.count(0)?;
    let [contacts, handle, target] = required(numbers, [1, 2, 3])?;
    let found =
        erlang_c(agents, contacts, handle, target).map_err(|fault| error("erlang_c", fault))?;
    Ok(Some(vec![
        StatisticCell::Measure(Some(found.load)),
        StatisticCell::Measure(Some(found.waits)),
        StatisticCell::Measure(Some(found.service_level)),
        StatisticCell::Measure(found.wait_seconds),
        StatisticCell::Measure(Some(found.occupancy)),
    ]))
}

fn erlang_agents_cells(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let [contacts, handle, target, service_level] = required(numbers, [0, 1, 2, 3])?;
    let max_occupancy = numbers.optional(4).unwrap_or(100.0);
    let shrinkage = numbers.optional(5).unwrap_or(0.0);
    let found = erlang_agents(
        contacts,
        handle,
        target,
        service_level,
        max_occupancy,
        shrinkage,
    )
    .map_err(|fault| error("erlang_agents", fault))?;
    Ok(Some(vec![
        StatisticCell::Count(Some(found.agents)),
        StatisticCell::Count(Some(found.scheduled)),
    ]))
}

fn erlang_a_cells(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let agents = numbers.count(0)?;
    let [contacts, handle, patience] = required(numbers, [1, 2, 3])?;
    let found =
        erlang_a(agents, contacts, handle, patience).map_err(|fault| error("erlang_a", fault))?;
    Ok(Some(vec![
        StatisticCell::Measure(Some(found.waits)),
        StatisticCell::Measure(Some(found.abandons)),
        StatisticCell::Measure(Some(found.wait_seconds)),
        StatisticCell::Measure(found.occupancy),
    ]))
}

fn workload_cells(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let [contacts, handle, hours, occupancy, shrinkage] = required(numbers, [0, 1, 2, 3, 4])?;
    let found = workload_agents(contacts, handle, hours, occupancy, shrinkage)
        .map_err(|fault| error("workload_agents", fault))?;
    Ok(Some(vec![
        StatisticCell::Count(Some(found.agents)),
        StatisticCell::Measure(Some(found.unrounded)),
    ]))
}

/// Numbers that are there, since a NULL among them makes the result NULL.
fn required<const N: usize>(numbers: &ScalarNumbers<'_>, places: [usize; N]) -> Result<[f64; N]> {
    let mut found = [0.0; N];
    for (own, place) in found.iter_mut().zip(places) {
        match numbers.optional(place) {
            Some(number) => *own = number,
            None => return internal_err!("a required number is missing"),
        }
    }
    Ok(found)
}

fn error(function: &str, fault: StaffingFault) -> DataFusionError {
    match fault {
        StaffingFault::Argument { name, value, range } => {
            exec_datafusion_err!("{function}: {name} must be {range}, not {value}")
        }
        StaffingFault::TooLarge { limit } => exec_datafusion_err!(
            "{function}: more than {limit} agents or waiting contacts are not counted; check the units: \
             contacts an hour, and seconds"
        ),
    }
}
