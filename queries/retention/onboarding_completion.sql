-- title = "Onboarding completed"
-- question = "How many new customers complete their onboarding, and how fast?"
-- topic = "retention"
-- dated = "onboardings by started_at, in UTC"
-- kpis = ["onboarding_completion"]
-- chart = { kind = "line", x = "period", y = ["completed_pct"], series = "segment" }
-- needs.onboarding = ["started_at", "due_at", "completed_at", "is_completed"]
-- optional_joins = ["c"]
-- param.from = { type = "date", optional = true, about = "onboardings started on this day or later" }
-- param.to = { type = "date", optional = true, about = "onboardings started before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", plan = "o.plan", region = "c.region", industry = "c.industry" }, about = "segment; the plan is the one they started with" }

-- n counts those whose due date has passed: of the younger ones only the quick have ended, which would
-- flatter the rate.
WITH known AS (
  SELECT max(started_at) AS last FROM onboarding
)
SELECT period, segment, started, completion.n AS n, completion.hits AS completed,
       round(completion.rate, 1) AS completed_pct,
       round(completion.low, 1) AS low_pct, round(completion.high, 1) AS high_pct,
       round(took.duration_median, 1) AS median_days
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, o.started_at)::DATE END AS period,
         $by AS segment,
         count(*) AS started,
         rate_detail(o.is_completed) FILTER (WHERE o.due_at <= last) AS completion,
         duration_median_detail(o.started_at, o.completed_at, 'day') FILTER (WHERE o.due_at <= last)
           AS took
  FROM onboarding o
  CROSS JOIN known
  LEFT JOIN customers c ON c.customer_id = o.customer_id
  WHERE ($from IS NULL OR o.started_at >= $from) AND ($to IS NULL OR o.started_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
