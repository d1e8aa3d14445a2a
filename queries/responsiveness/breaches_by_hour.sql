-- title = "Missed first responses by hour and weekday"
-- question = "At which hours of which weekdays is the first response late?"
-- topic = "responsiveness"
-- dated = "tickets by first_response_due_at: the moment at which the target is missed; merged copies are left out"
-- kpis = ["first_response_sla"]
-- chart = { kind = "heatmap", x = "hour", y = ["breach_pct"], series = "weekday" }
-- needs.tickets = ["first_response_due_at", "first_response_sla_met", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "targets that fall due on this day or later" }
-- param.to = { type = "date", optional = true, about = "targets that fall due before this day" }
-- param.zone = { type = "text", default = "UTC", about = "time zone whose clocks and days count, such as America/New_York" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- n counts tickets whose target fell due in that hour and was met or missed; hours without any are left
-- out. The rows of 'all' sum up the weekdays. An hour that clocks show twice counts in both.
WITH targets AS (
  SELECT $by AS segment, NOT first_response_sla_met AS is_late,
         local_time(first_response_due_at, $zone) AS due
  FROM tickets
  WHERE merged_into_id IS NULL
    AND first_response_sla_met IS NOT NULL AND first_response_due_at IS NOT NULL
    AND ($from IS NULL OR first_response_due_at >= from_local_time($from, $zone))
    AND ($to IS NULL OR first_response_due_at < from_local_time($to, $zone))
),
hours AS (
  SELECT segment, is_late, isodow(due) AS day, hour(due) AS hour FROM targets
),
summed AS (
  SELECT segment, day, hour, rate_detail(is_late) AS late
  FROM hours
  GROUP BY GROUPING SETS ((segment, day, hour), (segment, hour))
)
SELECT segment,
       CASE WHEN day IS NULL THEN 'all' ELSE dayname(DATE '2000-01-02' + day::INT * INTERVAL '1 day') END
         AS weekday,
       hour, late.n AS n, late.hits AS breaches, round(late.rate, 1) AS breach_pct,
       round(late.low, 1) AS low_pct, round(late.high, 1) AS high_pct
FROM summed
ORDER BY segment, day NULLS FIRST, hour;
