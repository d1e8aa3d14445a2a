//! Clean data contains nothing that a KPI function rejects, and all traps of a real desk.

use super::open_sample;
use crate::support::data::rows;

/// Each of these queries returns no row.
const WRONG: &[&str] = &[
    "surveys WHERE score NOT BETWEEN CASE kind WHEN 'nps' THEN 0 ELSE 1 END
       AND CASE kind WHEN 'nps' THEN 10 WHEN 'ces' THEN 7 ELSE 5 END",
    "surveys WHERE responded_at < offered_at OR (responded_at IS NULL) <> (score IS NULL)",
    "tickets WHERE first_response_at < created_at OR first_resolved_at < created_at
       OR resolved_at < first_resolved_at OR closed_at < resolved_at OR due_at < created_at",
    "tickets WHERE handle_seconds <= 0 OR cost <= 0 OR customer_id IS NULL OR channel IS NULL",
    "tickets WHERE created_at < '2024-01-01T05:00:00Z' OR created_at >= '2026-01-01T05:00:00Z'",
    "ticket_events WHERE event_at >= '2026-01-01T05:00:00Z'",
    "customers WHERE ended_at <= started_at OR (ended_at IS NULL) <> (end_reason IS NULL)",
    "subscriptions WHERE mrr_start < 0 OR mrr_end < 0",
    "subscriptions WHERE (mrr_end IS NULL) <> (movement = 'churned')",
    "incidents WHERE acknowledged_at < started_at OR resolved_at < acknowledged_at",
    "outreach WHERE engaged_at < sent_at OR (engaged_at IS NOT NULL) <> coalesce(is_engaged, false)",
    "onboarding WHERE completed_at < started_at OR (completed_at IS NOT NULL) <> coalesce(is_completed, false)",
    "tickets LEFT ANTI JOIN customers USING (customer_id)",
    "ticket_events LEFT ANTI JOIN tickets USING (ticket_id)",
    "surveys LEFT ANTI JOIN customers USING (customer_id)",
    "(SELECT * FROM surveys WHERE ticket_id IS NOT NULL) LEFT ANTI JOIN tickets USING (ticket_id)",
    "(SELECT * FROM tickets WHERE agent_id IS NOT NULL) LEFT ANTI JOIN agents USING (agent_id)",
    "(SELECT * FROM tickets WHERE incident_id IS NOT NULL) LEFT ANTI JOIN incidents USING (incident_id)",
    "tickets t JOIN customers c ON t.customer_id = c.customer_id
       WHERE t.created_at < c.started_at OR t.created_at >= c.ended_at",
    "tickets t JOIN tickets m ON t.merged_into_id = m.ticket_id
       WHERE m.customer_id <> t.customer_id OR m.created_at > t.created_at",
    "ticket_events e JOIN agents a ON e.actor_role = 'agent' AND e.actor_id = a.agent_id
       WHERE e.event_at < a.hired_at OR e.event_at >= a.left_at",
    // A month starts with the final state of the month before.
    "(SELECT mrr_start, lag(mrr_end) OVER (PARTITION BY customer_id ORDER BY month) AS before FROM subscriptions)
       WHERE mrr_start <> before",
    "(SELECT customer_id FROM customers GROUP BY customer_id HAVING count(*) > 1)",
    "(SELECT survey_id FROM surveys GROUP BY survey_id HAVING count(*) > 1)",
    "(SELECT outreach_id FROM outreach GROUP BY outreach_id HAVING count(*) > 1)",
    "(SELECT customer_id, month FROM subscriptions GROUP BY ALL HAVING count(*) > 1)",
    // Sorted by creation, and ids in that order.
    "(SELECT ticket_id, row_number() OVER (ORDER BY created_at, ticket_id) AS place FROM tickets)
       WHERE ticket_id <> place",
];

#[tokio::test]
async fn nothing_is_wrong() {
    let engine = open_sample().await;
    for wrong in WRONG {
        let found = rows(&engine, &format!("SELECT count(*) FROM {wrong}")).await;
        assert_eq!(found, ["0"], "{wrong}");
    }
}

/// Traps for careless KPIs; each occurs at least a few dozen times.
const TRAPS: &[&str] = &[
    "tickets WHERE first_response_at IS NULL",
    "tickets WHERE first_bot_reply_at < first_response_at",
    "tickets WHERE replies = 0 AND resolved_at IS NOT NULL",
    "ticket_events WHERE kind = 'comment' AND NOT is_public",
    "tickets WHERE created_by = 'agent'",
    "tickets WHERE created_by = 'system'",
    "tickets WHERE reopens > 0",
    "tickets WHERE status = 'closed' AND first_resolved_at IS NULL AND merged_into_id IS NULL",
    "tickets WHERE merged_into_id IS NOT NULL",
    "tickets WHERE resolved_at IS NULL AND closed_at IS NULL",
    "(SELECT ticket_id FROM surveys WHERE ticket_id IS NOT NULL GROUP BY ticket_id HAVING count(*) > 1)",
    "(SELECT ticket_id FROM surveys WHERE kind = 'csat' GROUP BY ticket_id HAVING count(*) > 1)",
    "surveys WHERE score IS NULL",
    "tickets WHERE due_at IS NULL",
    "tickets WHERE is_escalated AND handoffs > 1",
    // Replies on Sundays in New York.
    "ticket_events WHERE kind = 'comment' AND is_public AND actor_role = 'agent'
       AND date_part('dow', to_local_time(event_at AT TIME ZONE 'America/New_York')) = 0",
];

#[tokio::test]
async fn the_traps_of_real_desks_are_there() {
    let engine = open_sample().await;
    for trap in TRAPS {
        let found = rows(&engine, &format!("SELECT count(*) >= 24 FROM {trap}")).await;
        assert_eq!(found, ["true"], "{trap}");
    }
}
