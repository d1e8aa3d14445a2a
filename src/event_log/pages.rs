//! The documentation of the table functions.

use datafusion::logical_expr::{DocSection, Documentation};

use super::function_names::{SLA_EVENTS, TICKET_FACTS};
use crate::functions::FunctionPage;

const FAMILY: &str = "Tables from events";

/// The functions of this module.
pub(crate) fn pages() -> Vec<FunctionPage> {
    vec![
        FunctionPage {
            name: TICKET_FACTS.to_owned(),
            aliases: vec![],
            kind: "table",
            is_own: true,
            documentation: Some(ticket_facts()),
        },
        FunctionPage {
            name: SLA_EVENTS.to_owned(),
            aliases: vec![],
            kind: "table",
            is_own: true,
            documentation: Some(sla_events()),
        },
    ]
}

fn section() -> DocSection {
    DocSection {
        include: true,
        label: FAMILY,
        description: None,
    }
}

fn ticket_facts() -> Documentation {
    Documentation::builder(
        section(),
        "One row for each ticket of an event log: when it was created, first answered and resolved, \
         how often it was reopened and handed over, how long it stood in each status, and how long \
         customers waited for each reply. Events may come in any order; a log that is sorted by \
         ticket_id streams, any other is sorted and may spill. Events without ticket_id or event_at are \
         left out. Durations are in seconds, and NULL for a ticket whose creation is not in the log. \
         docs/ticket-facts.md defines every column.",
        "ticket_facts(events [, as_of => instant] [, calendar => name])",
    )
    .with_argument(
        "events",
        "A table, view or WITH query by name, or a query in parentheses, with the columns ticket_id, \
         event_at, kind ('created', 'comment', 'change', 'deleted'), actor_role ('agent', 'customer', \
         'bot', 'system'), is_public, field, old_value, new_value, and event_no where the log numbers \
         its events.",
    )
    .with_argument(
        "as_of",
        "The facts as they were at this instant: later events are left out, and open tickets are \
         measured up to it. Without it each ticket is measured up to its last event.",
    )
    .with_argument(
        "calendar",
        "A business calendar by name: each duration is then given in its open time too, as \
         business_first_response_seconds and so on. event_at must have a time zone.",
    )
    .with_sql_example(
        "```sql\nSELECT ticket_id, replies, requester_wait_seconds / 3600 AS waited_h FROM \
         ticket_facts((SELECT * FROM ticket_events WHERE ticket_id = 1));\n-- 1,1,146.38055555555556\n```",
    )
    .build()
}

fn sla_events() -> Documentation {
    Documentation::builder(
        section(),
        "One row for each clock that the SLA policies of deskql.toml put on tickets: policy, metric, \
         target, when it started, is due, and was fulfilled or called off, how long it stood still and \
         ran by its calendar, and its status: met, breached, on_track, overdue or cancelled. A ticket \
         has one clock of first_reply, requester_wait, agent_work and total_resolution, and one of \
         next_reply, periodic_update and pausable_update for each wait. The first policy that fits is \
         taken; a clock that none fits has no row. Events may come in any order, as for ticket_facts. \
         docs/sla.md defines every metric and column.",
        "sla_events(events [, tickets => tickets] [, as_of => instant] [, retarget => 'keep'])",
    )
    .with_argument(
        "events",
        "A table, view or WITH query by name, or a query in parentheses, with the columns that \
         ticket_facts takes. event_at must have a time zone where a policy has a calendar.",
    )
    .with_argument(
        "tickets",
        "The table whose columns the conditions of policies read, by ticket_id. Where the log tells \
         priority, team, agent_id, status or is_escalated, they are those of the clock's start.",
    )
    .with_argument(
        "as_of",
        "What is known at this instant: what happens later has not happened. Now, when absent.",
    )
    .with_argument(
        "retarget",
        "'keep' for the target by the priority with which the clock starts, or 'change' for the one by \
         its last priority, measured from the same start.",
    )
    .with_sql_example(
        "```sql\nSELECT metric, status, count(*) AS clocks FROM sla_events(ticket_events, tickets => \
         tickets, as_of => TIMESTAMP '2026-01-01 05:00:00') GROUP BY ALL ORDER BY ALL;\n```",
    )
    .with_related_udf("ticket_facts")
    .build()
}
