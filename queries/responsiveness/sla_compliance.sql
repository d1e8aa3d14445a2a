-- title = "SLA compliance by policy and priority"
-- question = "What share of the clocks of each SLA policy was met, by priority, and out of which clocks?"
-- topic = "responsiveness"
-- dated = "clocks by started_at, in UTC; what was called off in time, merged copies for instance, counts nowhere"
-- kpis = ["sla_rate"]
-- chart = { kind = "bar", x = "priority", y = ["sla_pct"], series = "metric" }
-- needs.tickets = ["ticket_id", "priority"]
-- needs.ticket_events = ["ticket_id", "event_no", "event_at", "kind", "actor_role", "is_public", "field", "old_value", "new_value"]
-- param.from = { type = "date", optional = true, about = "clocks that start on this day or later" }
-- param.to = { type = "date", optional = true, about = "clocks that start before this day" }
-- param.as_of = { type = "timestamp", optional = true, about = "as it was known at this instant, in UTC; now when absent" }
-- param.denominator = { type = "text", default = "known", choices = ["known", "closed", "all"], about = "out of which clocks: those whose outcome is known, those that have ended, or all that have a target" }
-- param.retarget = { type = "text", default = "keep", choices = ["keep", "change"], about = "the target by the priority at the start of the clock, or by its last one" }

-- n is what the share is out of. A late clock that still runs is missed (known), left out (closed) or not
-- met (all); one that runs and is not late is left out, left out, or not met. Policies: docs/sla.md.
SELECT policy, metric, priority, clocks, share.n AS n, round(share.sla_rate, 1) AS sla_pct,
       round(share.low, 1) AS low_pct, round(share.high, 1) AS high_pct,
       met, breached, overdue, on_track, cancelled
FROM (
  SELECT policy, metric, priority, count(*) AS clocks,
         sla_rate_detail(CASE
           WHEN status = 'met' THEN true
           WHEN status = 'breached' THEN false
           WHEN status = 'overdue' AND $denominator <> 'closed' THEN false
           WHEN status = 'on_track' AND $denominator = 'all' THEN false
         END) AS share,
         count(*) FILTER (WHERE status = 'met') AS met,
         count(*) FILTER (WHERE status = 'breached') AS breached,
         count(*) FILTER (WHERE status = 'overdue') AS overdue,
         count(*) FILTER (WHERE status = 'on_track') AS on_track,
         count(*) FILTER (WHERE status = 'cancelled') AS cancelled
  FROM sla_events(ticket_events, tickets => tickets, as_of => $as_of, retarget => $retarget)
  WHERE ($from IS NULL OR started_at >= $from) AND ($to IS NULL OR started_at < $to)
  GROUP BY ALL
)
ORDER BY policy, metric, priority;
