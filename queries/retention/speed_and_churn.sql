-- title = "Speed of answers and churn"
-- question = "Do customers who are answered within an hour leave less often?"
-- topic = "retention"
-- dated = "tickets by created_at, customers by ended_at; both around one instant, in UTC; merged copies are left out"
-- kpis = ["churn_rate", "answered_within_hour"]
-- chart = { kind = "bar", x = "answers", y = ["churn_pct"] }
-- needs.tickets = ["customer_id", "created_at", "first_response_at", "merged_into_id"]
-- needs.customers = ["customer_id", "started_at", "ended_at"]
-- param.at = { type = "date", optional = true, about = "the instant between the answers and the churn; by default one horizon before the last known leave or start" }
-- param.lookback = { type = "interval", default = "6 months", about = "how long before that the tickets count" }
-- param.horizon = { type = "interval", default = "6 months", about = "how long after that the churn counts" }
-- param.target = { type = "interval", default = "1 hour", about = "the longest wait that is quick, around the clock" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", plan = "plan", region = "region", industry = "industry" }, about = "segment; the plan is the latest one" }

-- Customers at that instant, by the share of their answered tickets that were answered in time before
-- it. Speed differs by channel and plan, so look within a plan; a difference is no proof of a cause.
WITH known AS (
  SELECT coalesce($at, (max(coalesce(ended_at, started_at)) - $horizon)::DATE) AS at FROM customers
),
answers AS (
  SELECT customer_id, count(*) AS answered,
         count_if(first_response_at <= created_at + $target) AS in_time
  FROM tickets, known
  WHERE merged_into_id IS NULL AND created_at >= at - $lookback AND first_response_at < at
  GROUP BY customer_id
)
SELECT segment, answers, round(100.0 * in_time / answered, 1) AS in_time_pct,
       churn.n AS n, churn.lost AS lost, round(churn.churn_rate, 1) AS churn_pct,
       round(churn.low, 1) AS low_pct, round(churn.high, 1) AS high_pct
FROM (
  SELECT $by AS segment,
         CASE WHEN in_time = answered THEN 'all in time'
              WHEN 2 * in_time >= answered THEN 'half or more in time'
              WHEN answered > 0 THEN 'most too late'
              ELSE 'no tickets' END AS answers,
         sum(in_time) AS in_time, sum(answered) AS answered,
         churn_rate_detail(started_at, ended_at, at, at + $horizon) AS churn
  FROM customers
  CROSS JOIN known
  LEFT JOIN answers ON answers.customer_id = customers.customer_id
  WHERE started_at <= at AND (ended_at IS NULL OR ended_at > at)
  GROUP BY ALL
)
ORDER BY segment, in_time_pct DESC NULLS LAST;
