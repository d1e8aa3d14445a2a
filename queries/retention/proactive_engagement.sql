-- title = "Proactive engagement"
-- question = "How many customers respond when we reach out unasked?"
-- topic = "retention"
-- dated = "outreach by sent_at, in UTC"
-- kpis = ["proactive_engagement"]
-- chart = { kind = "line", x = "period", y = ["engaged_pct"], series = "segment" }
-- needs.outreach = ["sent_at", "is_delivered", "is_engaged"]
-- optional_joins = ["c"]
-- param.from = { type = "date", optional = true, about = "messages sent on this day or later" }
-- param.to = { type = "date", optional = true, about = "messages sent before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", reason = "o.reason", channel = "o.channel", plan = "c.plan", region = "c.region" }, about = "segment; the plan is the latest one" }

-- n counts messages that were delivered.
SELECT period, segment, delivery.n AS sent, round(delivery.rate, 1) AS delivered_pct,
       engagement.n AS n, engagement.hits AS engaged, round(engagement.rate, 1) AS engaged_pct,
       round(engagement.low, 1) AS low_pct, round(engagement.high, 1) AS high_pct
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, o.sent_at)::DATE END AS period,
         $by AS segment,
         rate_detail(o.is_delivered) AS delivery,
         rate_detail(o.is_engaged) FILTER (WHERE o.is_delivered) AS engagement
  FROM outreach o
  LEFT JOIN customers c ON c.customer_id = o.customer_id
  WHERE ($from IS NULL OR o.sent_at >= $from) AND ($to IS NULL OR o.sent_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
