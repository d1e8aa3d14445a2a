//! Mistakes of users are reported on one line.

use super::log::{created, engine};
use crate::support::data::error;

#[tokio::test]
async fn a_wrong_call_is_told_what_to_do() {
    let engine = engine(&[created(0, "customer")], true, 8).await;
    let cases = [
        ("ticket_facts()", "name the events first"),
        ("ticket_facts(5)", "name the events first"),
        ("ticket_facts(log, 5)", "options are named"),
        (
            "ticket_facts(log, asof => 5)",
            "no option asof; there are as_of and calendar",
        ),
        ("ticket_facts(log, as_of => 'yesterday noon')", "as_of"),
        (
            "ticket_facts(log, as_of => TIMESTAMPTZ '2026-01-01 00:00:00+00')",
            "as_of has a time zone and event_at has none",
        ),
        (
            "ticket_facts(log, calendar => '24x7')",
            "event_at has no time zone, so it cannot be placed in business hours",
        ),
        (
            "ticket_facts(zoned, calendar => 'support_us')",
            "unknown calendar \"support_us\"",
        ),
        (
            "ticket_facts(zoned, calendar => 5)",
            "calendar is 5, not the name of a calendar",
        ),
        ("ticket_facts(zoned, calendar => zoned.kind)", "kind"),
        (
            "ticket_facts(lgo)",
            "table 'datafusion.public.lgo' not found",
        ),
        (
            "ticket_facts((SELECT * EXCLUDE (is_public) FROM log))",
            "the events have no column is_public (BOOLEAN)",
        ),
        (
            "ticket_facts((SELECT * RENAME (actor_role AS actor_roles) FROM log))",
            "no column actor_role (VARCHAR); is it 'actor_roles'?",
        ),
        (
            "ticket_facts((SELECT * REPLACE (CAST(event_at AS VARCHAR) AS event_at) FROM log))",
            "event_at is VARCHAR where TIMESTAMP is needed",
        ),
        (
            "ticket_facts((SELECT * REPLACE (1.5 AS ticket_id) FROM log))",
            "ticket_id is DECIMAL(2, 1) where BIGINT or VARCHAR is needed",
        ),
    ];
    for (call, expected) in cases {
        let zoned = "SELECT * REPLACE (from_local_time(event_at, 'UTC') AS event_at) FROM log";
        let sql = format!("WITH zoned AS ({zoned}) SELECT * FROM {call}");
        let found = error(&engine, &sql).await;
        assert!(found.contains(expected), "{call}: {found}");
        let message = found.lines().next().unwrap();
        assert!(message.len() < 260, "{message}");
    }
}
