-- title = "Cost per ticket"
-- question = "What does a ticket cost?"
-- topic = "resolution"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["cost_per_ticket"]
-- chart = { kind = "line", x = "period", y = ["cost_per_ticket"], series = "segment" }
-- needs.tickets = ["created_at", "cost", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- In the currency of the column. Tickets that are still open have not cost all they will.
SELECT period, segment, cost.n AS n, round(cost.total, 2) AS total_cost,
       round(cost.cost_per_ticket, 2) AS cost_per_ticket,
       round(cost.low, 2) AS low, round(cost.high, 2) AS high
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, created_at)::DATE END AS period,
         $by AS segment,
         cost_per_ticket_detail(cost) AS cost
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
