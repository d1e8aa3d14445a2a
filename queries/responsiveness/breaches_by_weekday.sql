-- title = "Missed first responses by weekday"
-- question = "On which weekdays is the first response late, and what share of the misses falls on weekends?"
-- topic = "responsiveness"
-- dated = "tickets by first_response_due_at: the moment at which the target is missed; merged copies are left out"
-- kpis = ["first_response_sla"]
-- chart = { kind = "bar", x = "weekday", y = ["breaches"] }
-- needs.tickets = ["first_response_due_at", "first_response_sla_met", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "targets that fall due on this day or later" }
-- param.to = { type = "date", optional = true, about = "targets that fall due before this day" }
-- param.zone = { type = "text", default = "UTC", about = "time zone whose days count, such as America/New_York" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- n counts tickets whose target fell due on that day and was met or missed; the rows of 'all' sum up
-- the week, its workdays and its weekend.
WITH targets AS (
  SELECT $by AS segment, NOT first_response_sla_met AS is_late,
         isodow(local_time(first_response_due_at, $zone)) AS day
  FROM tickets
  WHERE merged_into_id IS NULL
    AND first_response_sla_met IS NOT NULL AND first_response_due_at IS NOT NULL
    AND ($from IS NULL OR first_response_due_at >= from_local_time($from, $zone))
    AND ($to IS NULL OR first_response_due_at < from_local_time($to, $zone))
),
days AS (
  SELECT *, if(day >= 6, 'weekend', 'workdays') AS part FROM targets
),
summed AS (
  SELECT segment, part, day, rate_detail(is_late) AS late
  FROM days
  GROUP BY GROUPING SETS ((segment, part, day), (segment, part), (segment))
)
SELECT segment, coalesce(part, 'all') AS part,
       CASE WHEN day IS NULL THEN 'all' ELSE dayname(DATE '2000-01-02' + day::INT * INTERVAL '1 day') END
         AS weekday,
       late.n AS n, late.hits AS breaches, round(late.rate, 1) AS breach_pct,
       round(late.low, 1) AS low_pct, round(late.high, 1) AS high_pct,
       round(100.0 * late.hits / nullif(max(late.hits) OVER (PARTITION BY segment), 0), 1)
         AS share_of_breaches_pct
FROM summed
ORDER BY segment, part NULLS FIRST, day NULLS FIRST;
