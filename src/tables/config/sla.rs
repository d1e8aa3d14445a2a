//! `[[sla_policies]]`: what the desk promises; and `[sla_tables]`, where a table says so.

use serde::Deserialize;
use toml::Spanned;

/// One policy: the targets of one metric for some tickets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlaPolicy {
    pub(crate) name: Spanned<String>,
    /// What is measured: `first_reply` and the like.
    pub(crate) metric: Spanned<String>,
    /// One length of time, or one for each priority.
    pub(crate) target: Spanned<toml::Value>,
    /// A condition over the ticket's columns, in SQL.
    pub(crate) when: Option<Spanned<String>>,
    /// The calendar by whose hours the clock runs; around the clock when absent.
    pub(crate) calendar: Option<Spanned<String>>,
    /// Statuses in which the clock stands still; those of the metric when absent.
    pub(crate) pause: Option<Spanned<Vec<String>>>,
    /// For clocks that start on this date or later.
    pub(crate) effective_from: Option<Spanned<toml::Value>>,
    /// For clocks that start before this date.
    pub(crate) effective_to: Option<Spanned<toml::Value>>,
}

/// Tables that hold policies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlaTables {
    /// The table of targets.
    pub(crate) policies: Spanned<String>,
}
