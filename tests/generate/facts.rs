//! `tickets` agrees with `ticket_events`: recomputed here in plain SQL, column by column.

use super::open_sample;
use crate::support::data::rows;

const FACTS: &str = "
  SELECT ticket_id,
    min(event_at) FILTER (WHERE kind = 'created') AS created_at,
    min(actor_role) FILTER (WHERE kind = 'created') AS created_by,
    min(event_at) FILTER (WHERE kind = 'comment' AND actor_role = 'bot') AS first_bot_reply_at,
    min(event_at) FILTER (WHERE kind = 'comment' AND is_public AND actor_role = 'agent') AS first_response_at,
    min(event_at) FILTER (WHERE field = 'status' AND new_value = 'solved') AS first_resolved_at,
    max(event_at) FILTER (WHERE field = 'status' AND new_value = 'solved') AS last_resolved_at,
    max(event_at) FILTER (WHERE field = 'status' AND new_value = 'closed') AS closed_at,
    count(*) FILTER (WHERE kind = 'comment' AND is_public AND actor_role = 'agent') AS replies,
    count(*) FILTER (WHERE kind = 'comment' AND actor_role = 'customer') AS customer_messages,
    count(*) FILTER (WHERE kind = 'comment' AND NOT is_public) AS internal_notes,
    count(*) FILTER (WHERE field = 'status' AND old_value = 'solved' AND new_value = 'open') AS reopens,
    count(*) FILTER (WHERE field = 'agent_id' AND old_value IS NOT NULL) AS reassignments,
    count(*) FILTER (WHERE field = 'team' AND old_value IS NOT NULL) AS handoffs,
    count(*) FILTER (WHERE field = 'is_escalated' AND new_value = 'true') > 0 AS is_escalated,
    min(event_at) FILTER (WHERE field = 'is_escalated') AS escalated_at,
    coalesce(last_value(new_value ORDER BY event_no) FILTER (WHERE field = 'status'), 'new') AS status,
    last_value(new_value ORDER BY event_no) FILTER (WHERE field = 'team') AS team,
    last_value(new_value ORDER BY event_no) FILTER (WHERE field = 'priority') AS priority,
    CAST(last_value(new_value ORDER BY event_no) FILTER (WHERE field = 'agent_id') AS BIGINT) AS agent_id,
    CAST(max(new_value) FILTER (WHERE field = 'merged_into_id') AS BIGINT) AS merged_into_id
  FROM ticket_events GROUP BY ticket_id";

#[tokio::test]
async fn tickets_follow_from_their_events() {
    let engine = open_sample().await;
    let columns = [
        ("created_at", "f.created_at"),
        ("created_by", "f.created_by"),
        ("first_bot_reply_at", "f.first_bot_reply_at"),
        ("first_response_at", "f.first_response_at"),
        ("first_resolved_at", "f.first_resolved_at"),
        (
            "resolved_at",
            "CASE WHEN f.status IN ('solved', 'closed') THEN f.last_resolved_at END",
        ),
        ("closed_at", "f.closed_at"),
        ("replies", "f.replies"),
        ("customer_messages", "f.customer_messages"),
        ("internal_notes", "f.internal_notes"),
        ("reopens", "f.reopens"),
        ("reassignments", "f.reassignments"),
        ("handoffs", "f.handoffs"),
        ("is_escalated", "f.is_escalated"),
        ("escalated_at", "f.escalated_at"),
        ("status", "f.status"),
        ("team", "f.team"),
        ("priority", "coalesce(f.priority, t.priority)"),
        ("agent_id", "f.agent_id"),
        ("merged_into_id", "f.merged_into_id"),
    ];
    let differences = columns.map(|(column, value)| {
        format!("count(*) FILTER (WHERE t.{column} IS DISTINCT FROM {value}) AS {column}")
    });
    let sql = format!(
        "WITH f AS ({FACTS}) SELECT count(*) AS n, {} FROM tickets t FULL JOIN f ON t.ticket_id = f.ticket_id",
        differences.join(", ")
    );
    let expected = format!("20000{}", "|0".repeat(columns.len()));
    assert_eq!(rows(&engine, &sql).await, [expected]);
}

#[tokio::test]
async fn events_are_numbered_in_the_order_of_time() {
    let engine = open_sample().await;
    let sql = "SELECT count(*) FROM (
        SELECT event_at, event_no,
          lag(event_at) OVER w AS before, row_number() OVER w AS place
        FROM ticket_events WINDOW w AS (PARTITION BY ticket_id ORDER BY event_no))
      WHERE event_at < before OR event_no <> place";
    assert_eq!(rows(&engine, sql).await, ["0"]);
}

#[tokio::test]
async fn each_change_starts_where_the_last_one_ended() {
    let engine = open_sample().await;
    let sql = "SELECT count(*) FROM (
        SELECT field, old_value, lag(new_value) OVER
          (PARTITION BY ticket_id, field ORDER BY event_no) AS before
        FROM ticket_events WHERE kind = 'change')
      WHERE before IS NOT NULL AND old_value IS DISTINCT FROM before";
    assert_eq!(rows(&engine, sql).await, ["0"]);
}
