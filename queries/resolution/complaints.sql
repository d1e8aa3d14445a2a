-- title = "Complaints"
-- question = "How many tickets are complaints, how many of these are resolved, and how fast?"
-- topic = "resolution"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["complaint_rate", "complaints_resolved"]
-- chart = { kind = "line", x = "period", y = ["complaint_rate_pct"], series = "segment" }
-- needs.tickets = ["created_at", "resolved_at", "is_complaint", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

SELECT period, segment, complaint.n AS tickets, complaint.hits AS n,
       round(complaint.rate, 1) AS complaint_rate_pct,
       round(complaint.low, 1) AS rate_low_pct, round(complaint.high, 1) AS rate_high_pct,
       round(resolved.resolution_rate, 1) AS resolved_pct,
       round(resolved.low, 1) AS resolved_low_pct, round(resolved.high, 1) AS resolved_high_pct,
       round(took.median, 1) AS median_h, round(took.p90, 1) AS p90_h
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, created_at)::DATE END AS period,
         $by AS segment,
         rate_detail(is_complaint) AS complaint,
         resolution_rate_detail(resolved_at IS NOT NULL) FILTER (WHERE is_complaint) AS resolved,
         art_detail(created_at, resolved_at, 'hour') FILTER (WHERE is_complaint) AS took
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
