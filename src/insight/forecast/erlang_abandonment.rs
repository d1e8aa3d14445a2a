//! Erlang A: waiting for an agent where people hang up.
//!
//! Sources: C. Palm 1957; A. Mandelbaum and S. Zeltyn, "Service engineering in action: the Palm/Erlang-A
//! queue", 2007. Patience is exponential, as times between contacts and handle times are.

use super::erlang::{agent_number, offered_load};
use super::staffing::{StaffingFault, above_zero};

/// Waiting contacts up to which the queue is counted.
const QUEUE_LIMIT: u32 = 10_000_000;

/// Weights of states below e to this power of the largest one are none.
const LEAST_LOG_WEIGHT: f64 = -50.0;

/// A queue in balance with people who hang up. Shares are in percent of all contacts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct AbandonmentQueue {
    pub(crate) waits: f64,
    pub(crate) abandons: f64,
    /// Mean wait of all contacts, of those who hang up until they do.
    pub(crate) wait_seconds: f64,
    /// Share of their time that agents are busy; `None` without agents.
    pub(crate) occupancy: Option<f64>,
}

/// The queue M/M/N+M of `agents`, whose callers wait `patience_seconds` on average before they hang up.
pub(crate) fn erlang_a(
    agents: i64,
    contacts_per_hour: f64,
    handle_seconds: f64,
    patience_seconds: f64,
) -> Result<AbandonmentQueue, StaffingFault> {
    let load = offered_load(contacts_per_hour, handle_seconds)?;
    let patience = above_zero("patience_seconds", patience_seconds)?;
    let agents = agent_number(agents)?;
    let has_agents = agents > 0;
    if load <= 0.0 {
        return Ok(AbandonmentQueue {
            waits: 0.0,
            abandons: 0.0,
            wait_seconds: 0.0,
            occupancy: has_agents.then_some(0.0),
        });
    }
    let impatience = handle_seconds / patience;
    let sums = state_sums(load, agents, impatience)?;
    let waiting = sums.waiting / sums.all;
    let arrivals = contacts_per_hour / 3_600.0;
    Ok(AbandonmentQueue {
        waits: 100.0 * sums.all_busy / sums.all,
        abandons: 100.0 * waiting * impatience / load,
        wait_seconds: waiting / arrivals,
        occupancy: has_agents.then(|| 100.0 * sums.busy / sums.all / f64::from(agents)),
    })
}

/// Sums over the states of the queue, by their weights relative to the largest one.
#[derive(Debug, Default)]
struct StateSums {
    all: f64,
    /// Of states with every agent busy.
    all_busy: f64,
    /// Of agents at work, and of contacts that wait.
    busy: f64,
    waiting: f64,
}

/// Adds up the stationary distribution of the number of contacts in the system.
///
/// Its logarithms are taken from the state in which all agents are busy and nobody waits, downwards to an idle
/// desk and upwards until the weights vanish: they rise to one peak and fall on either side.
fn state_sums(load: f64, agents: u32, impatience: f64) -> Result<StateSums, StaffingFault> {
    let below = log_weights_below(load, agents);
    let above = log_weights_above(load, agents, impatience)?;
    let peak = below.iter().chain(&above).copied().fold(0.0_f64, f64::max);
    let mut sums = StateSums::default();
    for (fewer, log_weight) in (1..).zip(&below) {
        let weight = (log_weight - peak).exp();
        sums.all += weight;
        sums.busy += weight * f64::from(agents.saturating_sub(fewer));
    }
    for (queue, log_weight) in (0..).zip([0.0].iter().chain(&above)) {
        let weight = (log_weight - peak).exp();
        sums.all += weight;
        sums.all_busy += weight;
        sums.busy += weight * f64::from(agents);
        sums.waiting += weight * f64::from(queue);
    }
    Ok(sums)
}

/// With 1, 2, .. agents free.
fn log_weights_below(load: f64, agents: u32) -> Vec<f64> {
    let (mut weight, mut peak) = (0.0_f64, 0.0_f64);
    let mut weights = Vec::new();
    for busy in (1..=agents).rev() {
        weight += (f64::from(busy) / load).ln();
        peak = peak.max(weight);
        if f64::from(busy) < load && weight - peak < LEAST_LOG_WEIGHT {
            break;
        }
        weights.push(weight);
    }
    weights
}

/// With 1, 2, .. contacts waiting.
fn log_weights_above(load: f64, agents: u32, impatience: f64) -> Result<Vec<f64>, StaffingFault> {
    let (mut weight, mut peak) = (0.0_f64, 0.0_f64);
    let mut weights = Vec::new();
    for queue in 1..=QUEUE_LIMIT {
        let leave = f64::from(agents) + f64::from(queue) * impatience;
        weight += (load / leave).ln();
        peak = peak.max(weight);
        if leave > load && weight - peak < LEAST_LOG_WEIGHT {
            return Ok(weights);
        }
        weights.push(weight);
    }
    Err(StaffingFault::TooLarge { limit: QUEUE_LIMIT })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Patience as long as handling: the number in the system is Poisson (M/M/∞), whatever the agents.
    #[test]
    fn equal_patience_is_a_poisson_distribution() {
        let found = erlang_a(2, 60.0, 60.0, 60.0).unwrap();
        let e = (-1.0_f64).exp();
        assert!((found.waits - 100.0 * (1.0 - 2.0 * e)).abs() < 1e-10);
        // Waiting: Σ (k − 2)+ = 1 − 2 + 2 e⁻¹ + e⁻¹.
        let waiting = 3.0 * e - 1.0;
        assert!((found.abandons - 100.0 * waiting).abs() < 1e-10);
        assert!((found.wait_seconds - 60.0 * waiting).abs() < 1e-10);
        assert!((found.occupancy.unwrap() - 50.0 * (1.0 - waiting)).abs() < 1e-10);
    }

    #[test]
    fn without_agents_everyone_hangs_up() {
        let found = erlang_a(0, 600.0, 60.0, 90.0).unwrap();
        assert!((found.waits - 100.0).abs() < 1e-12);
        assert!((found.abandons - 100.0).abs() < 1e-9);
        assert!((found.wait_seconds - 90.0).abs() < 1e-9);
        assert_eq!(found.occupancy, None);
    }

    /// Endless patience below capacity is Erlang C.
    #[test]
    fn long_patience_is_erlang_c() {
        let found = erlang_a(14, 200.0, 180.0, 1e9).unwrap();
        assert!((found.waits - 17.413_193_359_504_99).abs() < 1e-3);
        assert!(found.abandons < 1e-3);
    }

    /// Whoever comes is served or hangs up, in overload and with ten thousand agents too.
    #[test]
    fn flows_balance() {
        for (agents, contacts, patience) in [
            (10_i64, 400.0, 30.0),
            (10_000, 250_000.0, 60.0),
            (3, 1.0, 5.0),
        ] {
            let found = erlang_a(agents, contacts, 180.0, patience).unwrap();
            let load = contacts * 180.0 / 3_600.0;
            let served =
                found.occupancy.unwrap() / 100.0 * f64::from(i32::try_from(agents).unwrap());
            assert!((served / load + found.abandons / 100.0 - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn edges() {
        assert_eq!(erlang_a(3, 0.0, 60.0, 60.0).unwrap().occupancy, Some(0.0));
        assert!(erlang_a(3, 10.0, 60.0, 0.0).is_err());
        assert!(erlang_a(-3, 10.0, 60.0, 60.0).is_err());
        assert!(matches!(
            erlang_a(0, 1e6, 3_600.0, 1e300),
            Err(StaffingFault::TooLarge { .. })
        ));
    }
}
