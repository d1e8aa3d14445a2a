-- title = "Customer retention"
-- question = "How many of the customers at the start of a period are still there at its end?"
-- topic = "retention"
-- dated = "customers by ended_at, out of those at the start of the period, in UTC"
-- kpis = ["retention_rate", "retention_ratio"]
-- chart = { kind = "line", x = "period", y = ["retention_pct"], series = "segment" }
-- needs.customers = ["started_at", "ended_at"]
-- param.from = { type = "date", optional = true, about = "start of the first period; by default the one in which a customer first left" }
-- param.to = { type = "date", optional = true, about = "end of the last period; by default that of the last whole one" }
-- param.grain = { type = "text", default = "month", choices = ["month", "quarter", "year"], about = "length of a period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", plan = "plan", region = "region", industry = "industry" }, about = "segment; the plan is the latest one" }

-- end_to_start_pct is the often printed customers at the end over customers at the start: new customers
-- are in it, so it says nothing about who stayed.
WITH known AS (
  SELECT coalesce($from, date_trunc($grain, min(ended_at))::DATE) AS first,
         coalesce($to, date_trunc($grain, max(coalesce(ended_at, started_at)))::DATE) AS last,
         CASE $grain WHEN 'month' THEN INTERVAL '1 month' WHEN 'quarter' THEN INTERVAL '3 months'
                     ELSE INTERVAL '1 year' END AS step
  FROM customers
),
periods AS (
  SELECT starts, (starts + step)::DATE AS ends
  FROM (SELECT unnest(generate_series(first, (last - step)::DATE, step)) AS starts, step FROM known)
)
SELECT starts AS period, segment, retention.n AS n, retention.kept AS kept,
       round(retention.retention_rate, 2) AS retention_pct,
       round(retention.low, 2) AS low_pct, round(retention.high, 2) AS high_pct,
       ratio.at_end AS at_end, round(ratio.retention_ratio, 1) AS end_to_start_pct
FROM (
  SELECT starts, $by AS segment,
         retention_rate_detail(started_at, ended_at, starts, ends) AS retention,
         retention_ratio_detail(started_at, ended_at, starts, ends) AS ratio
  FROM periods
  JOIN customers ON started_at <= ends AND (ended_at IS NULL OR ended_at > starts)
  GROUP BY ALL
)
ORDER BY period, segment;
