//! What a clock measures, and in which statuses it stands still.

use serde::{Deserialize, Serialize};

/// What a clock measures; docs/sla.md defines each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlaMetric {
    /// Creation to the first public reply of an agent.
    FirstReply,
    /// A customer's message to the next public reply of an agent.
    NextReply,
    /// A public reply of an agent to the next one.
    PeriodicUpdate,
    /// The same, without the time in which the desk waits for the customer.
    PausableUpdate,
    /// Creation to the solution, as long as the customer waits.
    RequesterWait,
    /// Creation to the solution, as long as it is an agent's turn.
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

    /// Its name in policies and results.
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

    /// The metric called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|metric| metric.name().eq_ignore_ascii_case(name.trim()))
    }

    /// Whether a ticket has one clock of it, which a reopened ticket takes up again; of the others it
    /// has one for each wait.
    #[must_use]
    pub fn is_once(self) -> bool {
        !matches!(
            self,
            Self::NextReply | Self::PeriodicUpdate | Self::PausableUpdate
        )
    }

    /// The statuses in which its clock stands still where a policy does not say.
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

/// Statuses in which a clock can stand still.
pub const PAUSABLE: [&str; 5] = ["new", "open", "pending", "hold", "other"];

/// Statuses in which a clock stands still, one bit for each of [`PAUSABLE`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PauseStatuses(u8);

impl PauseStatuses {
    /// The statuses with these names.
    ///
    /// # Errors
    /// When there is no such status: what to write, in one line.
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

    /// Whether the status at `place` of [`PAUSABLE`] is one of them.
    #[must_use]
    pub fn has(self, place: usize) -> bool {
        place < PAUSABLE.len() && self.0 & (1 << place) != 0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their names.
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
