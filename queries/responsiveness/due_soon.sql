-- title = "About to breach"
-- question = "Which tickets will miss an SLA target within the next business minutes, unless somebody acts?"
-- topic = "responsiveness"
-- dated = "clocks that run at as_of, by due_at; those that stand still are left out"
-- needs.tickets = ["ticket_id", "priority"]
-- needs.ticket_events = ["ticket_id", "event_no", "event_at", "kind", "actor_role", "is_public", "field", "old_value", "new_value"]
-- param.as_of = { type = "timestamp", optional = true, about = "the instant of asking, in UTC; that of the last event when absent" }
-- param.minutes = { type = "integer", default = 480, about = "due within so many minutes of the policy's own calendar" }
-- param.late = { type = "boolean", default = false, about = "whether what is overdue already is shown too" }
-- param.retarget = { type = "text", default = "keep", choices = ["keep", "change"], about = "the target by the priority at the start of the clock, or by its last one" }

-- Below 0 are minutes since the target was missed. Policies: docs/sla.md.
WITH asked AS (
  SELECT coalesce($as_of, max(event_at)) AS at FROM ticket_events
),
running AS (
  SELECT c.*, at, business_minutes(at, due_at, calendar) AS minutes_left
  FROM sla_events(ticket_events, tickets => tickets, as_of => $as_of, retarget => $retarget) c, asked
  WHERE fulfilled_at IS NULL AND cancelled_at IS NULL AND NOT is_paused
)
SELECT ticket_id, policy, metric, priority, calendar, started_at, due_at,
       round(minutes_left, 1) AS minutes_left
FROM running
WHERE minutes_left <= $minutes AND ($late OR due_at >= at)
ORDER BY minutes_left, ticket_id, metric;
