//! The rules of a session, in the order in which they are tried.

use std::sync::Arc;

use super::{PauseStatuses, SlaMetric};
use crate::time::calendar::BusinessCalendar;

/// One target of a policy.
#[derive(Debug, Clone)]
pub struct SlaRule {
    /// The name of the policy that it belongs to.
    pub policy: String,
    /// What it is a target for.
    pub metric: SlaMetric,
    /// The priority it is for, in any case; `None` for all.
    pub priority: Option<String>,
    /// A condition over the ticket, as SQL; `None` for all tickets.
    pub when: Option<String>,
    /// Seconds of the calendar's time.
    pub target: i64,
    /// The calendar by whose hours the clock runs.
    pub calendar: Arc<BusinessCalendar>,
    /// Statuses in which the clock stands still.
    pub pauses: PauseStatuses,
    /// Clocks that start at this second or later; seconds since 1970 in UTC.
    pub from: Option<i64>,
    /// Clocks that start before this second.
    pub to: Option<i64>,
    /// Where it is written, for messages.
    pub source: String,
}

impl SlaRule {
    /// Whether it is in force at a second.
    #[must_use]
    pub fn is_in_force(&self, second: i64) -> bool {
        self.from.is_none_or(|from| from <= second) && self.to.is_none_or(|to| second < to)
    }

    /// Whether it is for tickets of this priority.
    #[must_use]
    pub fn is_for(&self, priority: Option<&str>) -> bool {
        self.priority.as_ref().is_none_or(|own| {
            priority.is_some_and(|priority| priority.trim().eq_ignore_ascii_case(own))
        })
    }
}

/// The rules of a session.
#[derive(Debug, Clone, Default)]
pub struct SlaPolicies {
    rules: Vec<SlaRule>,
    conditions: Vec<String>,
}

impl SlaPolicies {
    /// Rules in the order in which they are tried.
    #[must_use]
    pub fn new(rules: Vec<SlaRule>) -> Self {
        let mut conditions: Vec<String> = Vec::new();
        for when in rules.iter().filter_map(|rule| rule.when.as_ref()) {
            if !conditions.contains(when) {
                conditions.push(when.clone());
            }
        }
        Self { rules, conditions }
    }

    /// All of them.
    #[must_use]
    pub fn rules(&self) -> &[SlaRule] {
        &self.rules
    }

    /// The different conditions of the rules.
    #[must_use]
    pub fn conditions(&self) -> &[String] {
        &self.conditions
    }

    /// The place of a rule's condition among [`SlaPolicies::conditions`].
    #[must_use]
    pub fn condition_of(&self, rule: &SlaRule) -> Option<usize> {
        let when = rule.when.as_ref()?;
        self.conditions.iter().position(|known| known == when)
    }
}
