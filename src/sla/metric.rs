//! Metrics that an SLA clock measures, and the statuses that pause it.

use serde::{Deserialize, Serialize};

/// Metric of an SLA clock; docs/sla.md defines each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlaMetric {
    /// Creation to the first public reply of an agent.
    FirstReply,
    /// A customer's message to the next public reply of an agent.
    NextReply,
    /// A public reply of an agent to the next one.
    PeriodicUpdate,
    /// Same as [`SlaMetric::PeriodicUpdate`], without the time in which the desk waits for the
    /// customer.
    PausableUpdate,
    /// Creation to the solution; runs only while the customer waits.
    RequesterWait,
    /// Creation to the solution; runs only while it is an agent's turn.
    AgentWork,
    /// Creation to the solution.
    TotalResolution,
}

impl SlaMetric {
    /// All metrics, in the order of their declaration.
    pub const ALL: [Self; 7] = [
        Self::FirstReply,
        Self::NextReply,
        Self::PeriodicUpdate,
        Self::PausableUpdate,
        Self::RequesterWait,
        Self::AgentWork,
        Self::TotalResolution,
    ];

    /// Name in policies and results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstReply => "first_reply",
            Self::NextReply => "next_reply",
            Self::PeriodicUpdate => "periodic_update",
            Self::PausableUpdate => "pausable_update",
            Self::RequesterWait => "requester_wait",
            Self::AgentWork => "agent_work",
            Self::TotalResolution => "total_resolution",
        }
    }

    /// Metric called `name`; `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|metric| metric.name().eq_ignore_ascii_case(name.trim()))
    }

    /// True if a ticket has a single clock of this metric, which continues when the ticket is
    /// reopened; for the other metrics it has one clock for each wait.
    #[must_use]
    pub fn is_once(self) -> bool {
        !matches!(
            self,
            Self::NextReply | Self::PeriodicUpdate | Self::PausableUpdate
        )
    }

    /// Statuses that pause the clock unless a policy lists its own.
    #[must_use]
    pub fn pauses(self) -> PauseStatuses {
        let names: &[&str] = match self {
            Self::FirstReply | Self::NextReply | Self::PeriodicUpdate | Self::TotalResolution => {
                &[]
            }
            Self::PausableUpdate => &["pending"],
            Self::RequesterWait => &["pending", "other"],
            Self::AgentWork => &["pending", "hold", "other"],
        };
        PauseStatuses::from_names(names).unwrap_or_default()
    }
}

/// Statuses that can pause a clock.
pub(crate) const PAUSABLE: [&str; 5] = ["new", "open", "pending", "hold", "other"];

/// Statuses that pause a clock, one bit for each of `PAUSABLE`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PauseStatuses(u8);

impl PauseStatuses {
    /// Set of the statuses with these names.
    ///
    /// # Errors
    /// If a status does not exist; the message says in one line what to write instead.
    pub fn from_names<T: AsRef<str>>(names: &[T]) -> Result<Self, String> {
        let mut bits = 0;
        for name in names {
            let name = name.as_ref().trim();
            let place = PAUSABLE
                .iter()
                .position(|known| known.eq_ignore_ascii_case(name));
            let Some(place) = place else {
                return Err(format!(
                    "{name:?} is no status that can pause a clock; there are {}",
                    PAUSABLE.join(", ")
                ));
            };
            bits |= 1 << place;
        }
        Ok(Self(bits))
    }

    /// True if the set contains the status at index `place` of `PAUSABLE`.
    #[must_use]
    pub fn has(self, place: usize) -> bool {
        place < PAUSABLE.len() && self.0 & (1 << place) != 0
    }

    /// True if the set has no status.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Names of the statuses.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        let places = (0..PAUSABLE.len()).filter(|place| self.has(*place));
        places.map(|place| PAUSABLE[place].to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_have_names() {
        for metric in SlaMetric::ALL {
            assert_eq!(SlaMetric::named(metric.name()), Some(metric));
            assert_eq!(SlaMetric::ALL[metric as usize], metric);
        }
        assert_eq!(SlaMetric::named("First_Reply"), Some(SlaMetric::FirstReply));
        assert_eq!(SlaMetric::named("frt"), None);
    }

    #[test]
    fn pauses_are_a_set_of_statuses() {
        let pauses = SlaMetric::AgentWork.pauses();
        assert_eq!(pauses.names(), ["pending", "hold", "other"]);
        assert!(SlaMetric::TotalResolution.pauses().is_empty());
        assert!(PauseStatuses::from_names(&["Solved"]).is_err());
    }
}
