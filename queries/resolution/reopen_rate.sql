-- title = "Reopened tickets"
-- question = "How many solved tickets are opened again?"
-- topic = "resolution"
-- dated = "tickets by first_resolved_at, in UTC; merged copies are left out"
-- kpis = ["reopen_rate"]
-- chart = { kind = "line", x = "period", y = ["reopen_rate_pct"], series = "segment" }
-- needs.tickets = ["first_resolved_at", "reopens", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets first solved on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets first solved before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- The last weeks may still come back.
SELECT period, segment, reopened.n AS n, reopened.hits AS reopened,
       round(reopened.rate, 1) AS reopen_rate_pct,
       round(reopened.low, 1) AS low_pct, round(reopened.high, 1) AS high_pct
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, first_resolved_at)::DATE END AS period,
         $by AS segment,
         rate_detail(reopens > 0) AS reopened
  FROM tickets
  WHERE merged_into_id IS NULL AND first_resolved_at IS NOT NULL
    AND ($from IS NULL OR first_resolved_at >= $from) AND ($to IS NULL OR first_resolved_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
