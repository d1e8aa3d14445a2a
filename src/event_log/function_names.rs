//! The names of the table functions.

/// Returns one row for each ticket.
pub(super) const TICKET_FACTS: &str = "ticket_facts";

/// Returns one row for each clock of a policy.
pub(super) const SLA_EVENTS: &str = "sla_events";
