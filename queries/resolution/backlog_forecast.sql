-- title = "Backlog ahead"
-- question = "How many tickets will be open at the end of each of the next days?"
-- topic = "resolution"
-- dated = "the end of each day in the time zone asked for, or UTC; the last day on which something happened is not over and is left out, as are merged copies"
-- kpis = ["backlog"]
-- chart = { kind = "line", x = "day", y = ["forecast"], series = "segment" }
-- needs.tickets = ["created_at", "closed_at", "due_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "forecast from this day on, as one would have then; the last day on which something happened when absent" }
-- param.days = { type = "integer", default = 28, about = "number of days to forecast" }
-- param.zone = { type = "text", default = "UTC", about = "time zone whose days count, such as America/New_York" }
-- param.level = { type = "number", default = 0.8, about = "share of days that should lie between low and high" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment, each forecast by itself" }

-- The changes of the last week repeat, added up from the open tickets of the last whole day, open_now. Errors add
-- up too, so that the interval widens fast. mase is the error of the changes on the last four horizons in units
-- of the usual difference from one week to the next: above 1 a week says little about the next one. A segment
-- needs 15 days.
WITH
  lives AS (
    SELECT $by AS segment, backlog_moves(created_at, closed_at, due_at, 'day', $zone) AS moves,
           local_time(min(created_at), $zone)::DATE AS opens
    FROM tickets
    WHERE merged_into_id IS NULL
    GROUP BY ALL
  ),
  known AS (
    -- A closing in the year 9999 is none.
    SELECT local_time(min(created_at), $zone) AS first,
           local_time(CASE WHEN year(max(closed_at)) < 9999
             THEN greatest(max(created_at), max(closed_at)) ELSE max(created_at) END, $zone) AS last
    FROM tickets
  ),
  days AS (
    SELECT segment, opens, coalesce($from, last::DATE) AS ends,
           unnest(backlog_levels(moves, first, last, 'day', $zone)) AS level
    FROM lives CROSS JOIN known
  ),
  past AS (
    SELECT segment, level.period::DATE AS day, level.open_at_end AS open_at_end,
           count(*) OVER (PARTITION BY segment) AS days,
           arg_max(level.open_at_end, level.period) OVER (PARTITION BY segment) AS open_now
    FROM days
    WHERE level.period >= opens AND level.period < ends
  ),
  ahead AS (
    SELECT *
    FROM forecast((SELECT * FROM past WHERE days >= 15), time => day, value => open_at_end,
                  by => [segment, open_now], horizon => $days, level => $level, kind => 'backlog',
                  method => 'seasonal_naive')
  )
SELECT time AS day, segment, open_now, round(forecast, 1) AS forecast, round(low, 1) AS low, round(high, 1) AS high,
       round(mase, 2) AS mase
FROM ahead
ORDER BY day, segment;
