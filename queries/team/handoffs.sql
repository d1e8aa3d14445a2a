-- title = "Handoffs"
-- question = "How often are tickets handed from team to team and from agent to agent?"
-- topic = "team"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- chart = { kind = "bar", x = "segment", y = ["handed_over_pct"] }
-- needs.tickets = ["ticket_id", "merged_into_id", "team"]
-- needs.ticket_events = ["ticket_id", "event_no", "event_at", "kind", "actor_role", "is_public", "field", "old_value", "new_value"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.by = { type = "column", default = "team", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment; a team is the last one that had the ticket" }

-- A handoff goes from one team to another one, a reassignment from one agent to another one; the first
-- assignment is neither.
WITH facts AS (
  SELECT ticket_id, handoffs AS passes, reassignments AS moves, agents FROM ticket_facts(ticket_events)
)
SELECT segment, passed.n AS n, passed.hits AS handed_over,
       round(passed.rate, 1) AS handed_over_pct,
       round(passed.low, 1) AS low_pct, round(passed.high, 1) AS high_pct,
       round(1.0 * handoffs / passed.n, 3) AS handoffs_per_ticket,
       round(1.0 * reassignments / passed.n, 3) AS reassignments_per_ticket, most_agents
FROM (
  SELECT $by AS segment, rate_detail(passes > 0) AS passed, sum(passes) AS handoffs,
         sum(moves) AS reassignments, max(agents) AS most_agents
  FROM tickets JOIN facts USING (ticket_id)
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY segment;
