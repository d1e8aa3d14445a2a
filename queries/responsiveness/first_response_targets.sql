-- title = "First response by channel and priority"
-- question = "Which channel keeps whom waiting, and how many get an answer within an hour?"
-- topic = "responsiveness"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["answered_within_hour", "frt", "frt_median", "frt_p90"]
-- chart = { kind = "bar", x = "segment", y = ["within_target_pct"], series = "priority" }
-- needs.tickets = ["created_at", "first_response_at", "merged_into_id", "priority", "channel"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.target = { type = "interval", default = "1 hour", about = "the longest wait that is within target, around the clock" }
-- param.by = { type = "column", default = "channel", choices = { all = "'all'", channel = "channel", team = "team", plan = "plan", category = "category" }, about = "segment beside the priority" }

-- The share within target is one of answered tickets; tickets - n were never answered by a person.
-- The rows of priority 'all' are the segment as a whole.
SELECT segment, priority, tickets, wait.n AS n,
       round(wait.median, 2) AS median_h, round(wait.p90, 2) AS p90_h, round(wait.frt, 2) AS mean_h,
       round(within_target.rate, 1) AS within_target_pct,
       round(within_target.low, 1) AS low_pct, round(within_target.high, 1) AS high_pct
FROM (
  SELECT $by AS segment,
         CASE WHEN grouping(priority) = 1 THEN 'all' ELSE priority END AS priority,
         count(*) AS tickets,
         frt_detail(created_at, first_response_at, 'hour') AS wait,
         rate_detail(first_response_at <= created_at + $target) AS within_target
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY GROUPING SETS (($by, priority), ($by))
)
ORDER BY segment, priority;
