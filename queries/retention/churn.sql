-- title = "Customer churn"
-- question = "How many customers leave, over time and by plan or region?"
-- topic = "retention"
-- dated = "customers by ended_at, out of those at the start of the period, in UTC"
-- kpis = ["churn_rate"]
-- chart = { kind = "line", x = "period", y = ["churn_pct"], series = "segment" }
-- needs.customers = ["started_at", "ended_at", "plan"]
-- param.from = { type = "date", optional = true, about = "start of the first period; by default the one in which a customer first left" }
-- param.to = { type = "date", optional = true, about = "end of the last period; by default that of the last whole one" }
-- param.grain = { type = "text", default = "month", choices = ["month", "quarter", "year"], about = "length of a period" }
-- param.by = { type = "column", default = "plan", choices = { all = "'all'", plan = "plan", region = "region", industry = "industry" }, about = "segment; the plan is the latest one" }

-- Periods before the first known leave would show no churn where nobody was watching.
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
SELECT starts AS period, segment, churn.n AS n, churn.lost AS lost,
       round(churn.churn_rate, 2) AS churn_pct,
       round(churn.low, 2) AS low_pct, round(churn.high, 2) AS high_pct
FROM (
  SELECT starts, $by AS segment, churn_rate_detail(started_at, ended_at, starts, ends) AS churn
  FROM periods
  JOIN customers ON started_at <= starts AND (ended_at IS NULL OR ended_at > starts)
  GROUP BY ALL
)
ORDER BY period, segment;
