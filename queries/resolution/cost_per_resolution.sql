-- title = "Cost per resolution"
-- question = "What does it cost to resolve a ticket, with the cost of those that are not?"
-- topic = "resolution"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["cost_per_resolution"]
-- chart = { kind = "line", x = "period", y = ["cost_per_resolution"], series = "segment" }
-- needs.tickets = ["created_at", "resolved_at", "cost", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- The cost of all tickets over the resolved ones, in the currency of the column.
SELECT period, segment, cost.n AS n, cost.resolved AS resolved, round(cost.total, 2) AS total_cost,
       round(cost.cost_per_resolution, 2) AS cost_per_resolution,
       round(cost.low, 2) AS low, round(cost.high, 2) AS high
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, created_at)::DATE END AS period,
         $by AS segment,
         cost_per_resolution_detail(cost, resolved_at) AS cost
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
