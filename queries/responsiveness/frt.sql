-- title = "First response time"
-- question = "How long do customers wait for a first human answer (mean, median, p90), for example by channel?"
-- topic = "responsiveness"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["frt", "frt_median", "frt_p90"]
-- chart = { kind = "line", x = "period", y = ["median_h"], series = "segment" }
-- needs.tickets = ["created_at", "first_response_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- Waits are skewed: read the median and the 90th percentile before the mean. Answers by bots do not
-- count; tickets without an answer are in tickets but not in n.
SELECT period, segment, tickets, wait.n AS n,
       round(wait.median, 2) AS median_h, round(wait.p90, 2) AS p90_h, round(wait.frt, 2) AS mean_h,
       round(wait.low, 2) AS mean_low_h, round(wait.high, 2) AS mean_high_h
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, created_at)::DATE END AS period,
         $by AS segment,
         count(*) AS tickets,
         frt_detail(created_at, first_response_at, 'hour') AS wait
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
