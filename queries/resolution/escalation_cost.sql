-- title = "What an escalation costs"
-- question = "How much more does an escalated ticket cost than another one?"
-- topic = "resolution"
-- dated = "tickets by closed_at, in UTC; merged copies are left out"
-- kpis = ["escalation_rate", "cost_per_ticket"]
-- chart = { kind = "bar", x = "segment", y = ["extra_cost"] }
-- needs.tickets = ["closed_at", "is_escalated", "cost", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets closed on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets closed before this day" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- Closed tickets, whose cost is complete. Escalated tickets are the harder ones, so a part of the
-- difference is the work and not the escalation: compare within a category or priority.
SELECT segment, escalated.n AS n_escalated, round(escalated.cost_per_ticket, 2) AS cost_escalated,
       other.n AS n_other, round(other.cost_per_ticket, 2) AS cost_other,
       round(escalated.cost_per_ticket - other.cost_per_ticket, 2) AS extra_cost,
       round(escalated.cost_per_ticket - other.cost_per_ticket - half, 2) AS low,
       round(escalated.cost_per_ticket - other.cost_per_ticket + half, 2) AS high
FROM (
  SELECT *, sqrt(power((escalated.high - escalated.low) / 2, 2)
               + power((other.high - other.low) / 2, 2)) AS half
  FROM (
    SELECT $by AS segment,
           cost_per_ticket_detail(cost) FILTER (WHERE is_escalated) AS escalated,
           cost_per_ticket_detail(cost) FILTER (WHERE NOT is_escalated) AS other
    FROM tickets
    WHERE merged_into_id IS NULL AND closed_at IS NOT NULL
      AND ($from IS NULL OR closed_at >= $from) AND ($to IS NULL OR closed_at < $to)
    GROUP BY ALL
  )
)
ORDER BY segment;
