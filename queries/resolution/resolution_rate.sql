-- title = "Resolved tickets"
-- question = "How many of the tickets that come in are resolved?"
-- topic = "resolution"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["resolution_rate"]
-- chart = { kind = "line", x = "period", y = ["resolution_rate_pct"], series = "segment" }
-- needs.tickets = ["created_at", "resolved_at", "closed_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- What is not resolved is either still open or was closed without a solution.
SELECT period, segment, resolved.n AS n, resolved.hits AS resolved,
       still_open, resolved.n - resolved.hits - still_open AS closed_unsolved,
       round(resolved.resolution_rate, 1) AS resolution_rate_pct,
       round(resolved.low, 1) AS low_pct, round(resolved.high, 1) AS high_pct
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, created_at)::DATE END AS period,
         $by AS segment,
         resolution_rate_detail(resolved_at IS NOT NULL) AS resolved,
         count(*) FILTER (WHERE resolved_at IS NULL AND closed_at IS NULL) AS still_open
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
