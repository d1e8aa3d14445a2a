-- title = "Next replies"
-- question = "How long do customers who write again wait for the next reply, and how many are waiting?"
-- topic = "responsiveness"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- chart = { kind = "bar", x = "segment", y = ["first_h"] }
-- needs.tickets = ["ticket_id", "merged_into_id"]
-- needs.ticket_events = ["ticket_id", "event_no", "event_at", "kind", "actor_role", "is_public", "field", "old_value", "new_value"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- A wait begins with the customer's first message after an agent's reply, and ends with the next reply;
-- what is solved before then is called off. n tickets had such a wait; first and longest are means of
-- their first and of their longest one, in hours around the clock; waiting counts tickets whose customer
-- waits at the end of the log.
WITH facts AS (
  SELECT ticket_id, next_replies, first_next_reply_seconds, longest_next_reply_seconds, waiting_since
  FROM ticket_facts(ticket_events)
)
SELECT $by AS segment, count(*) AS tickets, count(first_next_reply_seconds) AS n,
       sum(next_replies) AS next_replies,
       round(sum(first_next_reply_seconds) / count(first_next_reply_seconds) / 3600, 2) AS first_h,
       round(sum(longest_next_reply_seconds) / count(first_next_reply_seconds) / 3600, 2) AS longest_h,
       round(max(longest_next_reply_seconds) / 3600, 2) AS worst_h, count(waiting_since) AS waiting
FROM tickets JOIN facts USING (ticket_id)
WHERE merged_into_id IS NULL
  AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
GROUP BY ALL
ORDER BY segment;
