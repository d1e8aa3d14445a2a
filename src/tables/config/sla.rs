//! `[[sla_policies]]`: SLA policies of the desk; and `[sla_tables]`: a table with such policies.

use serde::Deserialize;
use toml::Spanned;

/// One policy: the targets of one metric for some tickets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlaPolicy {
    pub(crate) name: Spanned<String>,
    /// Metric, such as `first_reply`.
    pub(crate) metric: Spanned<String>,
    /// One length of time, or one for each priority.
    pub(crate) target: Spanned<toml::Value>,
    /// Predicate over the ticket's columns, in SQL.
    pub(crate) when: Option<Spanned<String>>,
    /// Calendar by whose hours the clock runs; open all the time by default.
    pub(crate) calendar: Option<Spanned<String>>,
    /// Statuses that pause the clock; those of the metric by default.
    pub(crate) pause: Option<Spanned<Vec<String>>>,
    /// For clocks that start on this date or later.
    pub(crate) effective_from: Option<Spanned<toml::Value>>,
    /// For clocks that start before this date.
    pub(crate) effective_to: Option<Spanned<toml::Value>>,
}

/// Tables with policies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlaTables {
    /// Table of targets.
    pub(crate) policies: Spanned<String>,
}
