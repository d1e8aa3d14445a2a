//! The documentation of the table functions.

use datafusion::catalog::Session;
use datafusion::logical_expr::{DocSection, Documentation};

use super::node::TICKET_FACTS;
use crate::functions::{self, Page};

const FAMILY: &str = "Tables from events";

/// Every function of `session`, those that make tables among deskql's own.
pub(crate) fn all_functions(session: &dyn Session) -> Vec<Page> {
    let mut all = functions::catalogue(session);
    let own = all.iter().take_while(|page| page.is_own).count();
    all.splice(own..own, pages());
    all
}

fn pages() -> Vec<Page> {
    vec![
        Page {
            name: TICKET_FACTS.to_owned(),
            aliases: vec![],
            kind: "table",
            is_own: true,
            documentation: Some(ticket_facts()),
        },
        crate::sql::backlog_series_page(),
    ]
}

fn ticket_facts() -> Documentation {
    let section = DocSection {
        include: true,
        label: FAMILY,
        description: None,
    };
    Documentation::builder(
        section,
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
