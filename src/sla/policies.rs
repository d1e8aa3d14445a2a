//! Rules of a session, in the order in which they are evaluated.

use std::sync::Arc;

use super::{PauseStatuses, SlaMetric};
use crate::time::calendar::BusinessCalendar;

/// One target of a policy.
#[derive(Debug, Clone)]
pub struct SlaRule {
    /// Name of the policy.
    pub policy: String,
    /// Metric that the target applies to.
    pub metric: SlaMetric,
    /// Priority that the rule applies to, in any case; `None` for all.
    pub priority: Option<String>,
    /// Predicate over the ticket, as SQL; `None` for all tickets.
    pub when: Option<String>,
    /// Target in seconds of the calendar's business time.
    pub target: i64,
    /// Calendar by whose hours the clock runs.
    pub calendar: Arc<BusinessCalendar>,
    /// Statuses that pause the clock.
    pub pauses: PauseStatuses,
    /// The rule applies to clocks that start at this second or later; seconds since 1970 in UTC.
    pub from: Option<i64>,
    /// The rule applies to clocks that start before this second.
    pub to: Option<i64>,
    /// Origin of the rule, for messages.
    pub source: String,
}

impl SlaRule {
    /// True if the rule is in force at a second.
    #[must_use]
    pub fn is_in_force(&self, second: i64) -> bool {
        self.from.is_none_or(|from| from <= second) && self.to.is_none_or(|to| second < to)
    }

    /// True if the rule applies to tickets of this priority.
    #[must_use]
    pub fn is_for(&self, priority: Option<&str>) -> bool {
        self.priority.as_ref().is_none_or(|own| {
            priority.is_some_and(|priority| priority.trim().eq_ignore_ascii_case(own))
        })
    }
}

/// Rules of a session.
#[derive(Debug, Clone, Default)]
pub struct SlaPolicies {
    rules: Vec<SlaRule>,
    conditions: Vec<String>,
}

impl SlaPolicies {
    /// Takes the rules in the order in which they are evaluated.
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

    /// All rules.
    #[must_use]
    pub fn rules(&self) -> &[SlaRule] {
        &self.rules
    }

    /// Distinct conditions of the rules.
    #[must_use]
    pub fn conditions(&self) -> &[String] {
        &self.conditions
    }

    /// Index of a rule's condition in [`SlaPolicies::conditions`].
    #[must_use]
    pub fn condition_of(&self, rule: &SlaRule) -> Option<usize> {
        let when = rule.when.as_ref()?;
        self.conditions.iter().position(|known| known == when)
    }
}
