-- title = "Churn by age of the customer"
-- question = "Of the customers who have stayed so many months, how many leave in the next one?"
-- topic = "retention"
-- dated = "customers by their whole months since started_at, in UTC"
-- chart = { kind = "line", x = "month", y = ["hazard_pct"], series = "segment" }
-- needs.customers = ["started_at", "ended_at"]
-- param.from = { type = "date", optional = true, about = "months of age that begin on this day or later; by default from the month in which a customer first left" }
-- param.to = { type = "date", optional = true, about = "months of age that end by this day; by default that of the last start or end" }
-- param.months = { type = "integer", default = 24, about = "how many months of age to look at" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", plan = "plan", region = "region", industry = "industry" }, about = "segment; the plan is the latest one" }

-- A customer is at risk in a month of age that begins while somebody watched, and only in months that are
-- over; who was there before counts from then on, so that those who had left earlier are not missed.
WITH known AS (
  SELECT coalesce($from, date_trunc('month', min(ended_at))::DATE) AS first,
         coalesce($to, max(coalesce(ended_at, started_at))) AS last
  FROM customers
),
ages AS (
  SELECT unnest(generate_series(0, $months - 1)) AS age
)
SELECT segment, age + 1 AS month, risk.n AS at_risk, risk.hits AS lost, round(risk.rate, 2) AS hazard_pct,
       round(risk.low, 2) AS low_pct, round(risk.high, 2) AS high_pct
FROM (
  SELECT $by AS segment, age,
         rate_detail(ended_at IS NOT NULL AND ended_at < started_at + (age + 1) * INTERVAL '1 month') AS risk
  FROM customers, known, ages
  WHERE started_at + age * INTERVAL '1 month' >= first
    AND started_at + (age + 1) * INTERVAL '1 month' <= last
    AND (ended_at IS NULL OR ended_at >= started_at + age * INTERVAL '1 month')
  GROUP BY ALL
)
ORDER BY segment, month;
