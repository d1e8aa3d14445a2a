-- title = "Net and gross revenue retention"
-- question = "How much of each month's revenue is still there at its end, with and without expansion?"
-- topic = "retention"
-- dated = "subscriptions by month"
-- kpis = ["nrr", "grr"]
-- chart = { kind = "line", x = "month", y = ["nrr_pct", "grr_pct"] }
-- needs.subscriptions = ["month", "mrr_start", "mrr_end"]
-- optional_joins = ["c"]
-- param.from = { type = "date", optional = true, about = "months that start on this day or later" }
-- param.to = { type = "date", optional = true, about = "months that start before this day" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", plan = "s.plan", region = "c.region", industry = "c.industry" }, about = "segment; the plan is the one at the start of the month" }

-- n counts customers with revenue at the start of the month; new ones are in the next month.
SELECT month, segment, net.n AS n, round(net.mrr_start, 2) AS mrr_start,
       round(net.nrr, 2) AS nrr_pct, round(net.low, 2) AS nrr_low_pct, round(net.high, 2) AS nrr_high_pct,
       round(gross.grr, 2) AS grr_pct,
       round(gross.low, 2) AS grr_low_pct, round(gross.high, 2) AS grr_high_pct
FROM (
  SELECT s.month, $by AS segment,
         nrr_detail(s.mrr_start, s.mrr_end) AS net, grr_detail(s.mrr_start, s.mrr_end) AS gross
  FROM subscriptions s
  LEFT JOIN customers c ON c.customer_id = s.customer_id
  WHERE ($from IS NULL OR s.month >= $from) AND ($to IS NULL OR s.month < $to)
  GROUP BY ALL
)
ORDER BY month, segment;
