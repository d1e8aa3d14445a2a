-- title = "Time in each status"
-- question = "How long do tickets stand new, open, pending, on hold and solved, and who waits for whom?"
-- topic = "resolution"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- chart = { kind = "bar", x = "segment", y = ["requester_wait_h"] }
-- needs.tickets = ["ticket_id", "merged_into_id"]
-- needs.ticket_events = ["ticket_id", "event_no", "event_at", "kind", "actor_role", "is_public", "field", "old_value", "new_value"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- Means in hours, around the clock, over n tickets whose creation is in the log; each is measured up to
-- its last event. The customer waits while it is new, open or on hold, the desk while it is pending;
-- new and open is the agents' work.
WITH facts AS (
  SELECT ticket_id, new_seconds, open_seconds, pending_seconds, hold_seconds, solved_seconds,
         requester_wait_seconds, agent_wait_seconds, agent_work_seconds, unassigned_seconds
  FROM ticket_facts(ticket_events)
  WHERE new_seconds IS NOT NULL
)
SELECT $by AS segment, count(*) AS n,
       round(sum(new_seconds) / count(*) / 3600, 2) AS new_h,
       round(sum(open_seconds) / count(*) / 3600, 2) AS open_h,
       round(sum(pending_seconds) / count(*) / 3600, 2) AS pending_h,
       round(sum(hold_seconds) / count(*) / 3600, 2) AS hold_h,
       round(sum(solved_seconds) / count(*) / 3600, 2) AS solved_h,
       round(sum(requester_wait_seconds) / count(*) / 3600, 2) AS requester_wait_h,
       round(sum(agent_wait_seconds) / count(*) / 3600, 2) AS agent_wait_h,
       round(sum(agent_work_seconds) / count(*) / 3600, 2) AS agent_work_h,
       round(sum(unassigned_seconds) / count(*) / 3600, 2) AS unassigned_h
FROM tickets JOIN facts USING (ticket_id)
WHERE merged_into_id IS NULL
  AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
GROUP BY ALL
ORDER BY segment;
