-- title = "Cohort retention"
-- question = "Of the customers who started in a month, how many are still there months later?"
-- topic = "retention"
-- dated = "customers by the month of started_at, in UTC"
-- kpis = ["retention_rate"]
-- chart = { kind = "heatmap", x = "months", y = ["retention_pct"], series = "cohort" }
-- needs.customers = ["started_at", "ended_at"]
-- param.from = { type = "date", optional = true, about = "cohorts that start on this day or later; by default from the month in which a customer first left" }
-- param.to = { type = "date", optional = true, about = "cohorts that start before this day" }
-- param.months = { type = "integer", default = 12, about = "how many months after the start to look" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", plan = "plan", region = "region", industry = "industry" }, about = "segment; the plan is the latest one" }

-- Older cohorts would show only those who stayed until somebody watched. A cohort has no row for an
-- age that its youngest customer has not reached.
WITH known AS (
  SELECT coalesce($from, date_trunc('month', min(ended_at))::DATE) AS first,
         max(coalesce(ended_at, started_at)) AS last
  FROM customers
),
ages AS (
  SELECT unnest(generate_series(0, $months)) AS months
)
SELECT cohort, segment, months, kept.n AS n, kept.hits AS kept, round(kept.rate, 1) AS retention_pct,
       round(kept.low, 1) AS low_pct, round(kept.high, 1) AS high_pct
FROM (
  SELECT date_trunc('month', started_at)::DATE AS cohort, $by AS segment, months,
         rate_detail(ended_at IS NULL OR date_sub('month', started_at, ended_at) >= months) AS kept
  FROM customers, known, ages
  WHERE started_at >= first AND ($to IS NULL OR started_at < $to)
    AND date_trunc('month', started_at) + INTERVAL '1 month' <= last
    AND date_sub('month', date_trunc('month', started_at) + INTERVAL '1 month', last) >= months
  GROUP BY ALL
)
ORDER BY cohort, segment, months;
