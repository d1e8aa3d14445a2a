-- title = "Revenue churn"
-- question = "How much revenue is lost each month, by customers who leave and by those who buy less?"
-- topic = "retention"
-- dated = "subscriptions by month"
-- kpis = ["revenue_churn_rate"]
-- chart = { kind = "line", x = "month", y = ["revenue_churn_pct"], series = "segment" }
-- needs.subscriptions = ["month", "mrr_start", "mrr_end"]
-- optional_joins = ["c"]
-- param.from = { type = "date", optional = true, about = "months that start on this day or later" }
-- param.to = { type = "date", optional = true, about = "months that start before this day" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", plan = "s.plan", region = "c.region", industry = "c.industry" }, about = "segment; the plan is the one at the start of the month" }

SELECT month, segment, churn.n AS n, round(churn.mrr_start, 2) AS mrr_start,
       round(churn.mrr_start - churn.mrr_end, 2) AS mrr_lost,
       round(left_mrr, 2) AS of_leavers, round(churn.mrr_start - churn.mrr_end - left_mrr, 2) AS of_others,
       round(churn.revenue_churn_rate, 2) AS revenue_churn_pct,
       CASE WHEN churn.low < 0 THEN 0 ELSE round(churn.low, 2) END AS low_pct, round(churn.high, 2) AS high_pct
FROM (
  SELECT s.month, $by AS segment,
         revenue_churn_rate_detail(s.mrr_start, s.mrr_end) AS churn,
         coalesce(sum(s.mrr_start) FILTER (WHERE s.mrr_end IS NULL), 0)::DOUBLE AS left_mrr
  FROM subscriptions s
  LEFT JOIN customers c ON c.customer_id = s.customer_id
  WHERE ($from IS NULL OR s.month >= $from) AND ($to IS NULL OR s.month < $to)
  GROUP BY ALL
)
ORDER BY month, segment;
