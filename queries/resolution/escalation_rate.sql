-- title = "Escalated tickets"
-- question = "How many tickets have to be escalated?"
-- topic = "resolution"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["escalation_rate"]
-- chart = { kind = "line", x = "period", y = ["escalation_rate_pct"], series = "segment" }
-- needs.tickets = ["created_at", "is_escalated", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- Not by team: the team of a ticket is its last one, which for an escalated ticket is tier2.
SELECT period, segment, escalated.n AS n, escalated.hits AS escalated,
       round(escalated.escalation_rate, 1) AS escalation_rate_pct,
       round(escalated.low, 1) AS low_pct, round(escalated.high, 1) AS high_pct
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, created_at)::DATE END AS period,
         $by AS segment,
         escalation_rate_detail(is_escalated) AS escalated
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
