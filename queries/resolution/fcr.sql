-- title = "First contact resolution, three ways"
-- question = "How often does the first contact settle it: by one reply, by fewer than two, or with no repeat?"
-- topic = "resolution"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["fcr_one_touch", "fcr_flag", "fcr_no_repeat"]
-- chart = { kind = "line", x = "period", y = ["one_touch_pct", "no_repeat_pct"] }
-- needs.tickets = ["ticket_id", "created_at", "customer_id", "replies", "reopens", "first_resolved_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }
-- param.within = { type = "interval", default = "7 days", about = "how soon another contact of the customer counts as a repeat" }

-- one_touch: exactly one public reply and never reopened, of solved tickets
-- under_two: fewer than two replies, of solved tickets; counts those that a bot solved without any
-- no_repeat: the customer opened no other ticket within that time, whichever team it went to; tickets
--            that are too young to tell are left out
WITH contacts AS (
  SELECT *, recontacted(created_at, $within) OVER (
    PARTITION BY customer_id ORDER BY created_at, ticket_id) AS is_repeated
  FROM tickets
  WHERE merged_into_id IS NULL
)
SELECT period, segment, one_touch.n AS solved,
       round(one_touch.fcr, 1) AS one_touch_pct,
       round(one_touch.low, 1) AS one_touch_low, round(one_touch.high, 1) AS one_touch_high,
       round(under_two.fcr, 1) AS under_two_pct,
       round(under_two.low, 1) AS under_two_low, round(under_two.high, 1) AS under_two_high,
       no_repeat.n AS n, round(no_repeat.fcr, 1) AS no_repeat_pct,
       round(no_repeat.low, 1) AS no_repeat_low, round(no_repeat.high, 1) AS no_repeat_high
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, created_at)::DATE END AS period,
         $by AS segment,
         fcr_detail(replies, reopens) FILTER (WHERE first_resolved_at IS NOT NULL) AS one_touch,
         fcr_detail(replies < 2) FILTER (WHERE first_resolved_at IS NOT NULL) AS under_two,
         fcr_detail(NOT is_repeated) AS no_repeat
  FROM contacts
  WHERE ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
