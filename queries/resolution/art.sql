-- title = "Resolution time"
-- question = "How long does it take until a ticket is solved?"
-- topic = "resolution"
-- dated = "tickets by the resolution that ends the clock, in UTC; merged copies are left out"
-- kpis = ["art", "art_median"]
-- chart = { kind = "line", x = "period", y = ["median_h"], series = "segment" }
-- needs.tickets = ["created_at", "resolved_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets resolved on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets resolved before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }
-- param.end = { type = "column", default = "last", choices = { last = "resolved_at", first = "first_resolved_at" }, about = "which resolution counts; they differ when a ticket is reopened" }

-- By creation the latest periods would look quick, since their slow tickets are not solved yet.
SELECT period, segment, took.n AS n,
       round(took.median, 1) AS median_h, round(took.p90, 1) AS p90_h, round(took.art, 1) AS mean_h,
       round(took.low, 1) AS mean_low_h, round(took.high, 1) AS mean_high_h
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, $end)::DATE END AS period,
         $by AS segment,
         art_detail(created_at, $end, 'hour') AS took
  FROM tickets
  WHERE merged_into_id IS NULL AND $end IS NOT NULL
    AND ($from IS NULL OR $end >= $from) AND ($to IS NULL OR $end < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
