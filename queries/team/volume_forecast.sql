-- title = "Ticket volume ahead"
-- question = "How many tickets will come in on each of the next days?"
-- topic = "team"
-- dated = "tickets by created_at, on the days of the time zone asked for, or UTC; the day of the newest ticket is not over and is left out, as are merged copies"
-- kpis = ["ticket_volume"]
-- chart = { kind = "line", x = "day", y = ["forecast"], series = "segment" }
-- needs.tickets = ["created_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "forecast from this day on, as one would have then; the day of the newest ticket when absent" }
-- param.days = { type = "integer", default = 28, about = "number of days to forecast" }
-- param.zone = { type = "text", default = "UTC", about = "time zone whose days count, such as America/New_York" }
-- param.level = { type = "number", default = 0.8, about = "share of days that should lie between low and high" }
-- param.method = { type = "text", default = "seasonal_naive", about = "seasonal_naive is the same weekday of the week before; mstl smooths trend and week; auto takes the one with the smaller error" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment, each forecast by itself" }

-- mase is the error on the last four horizons in units of the usual change from one week to the next: above 1
-- the number of the week before is as good.
WITH
  days AS (
    SELECT $by AS segment, local_time(created_at, $zone)::DATE AS day, count(*) AS tickets
    FROM tickets
    WHERE merged_into_id IS NULL AND created_at IS NOT NULL
    GROUP BY ALL
  ),
  known AS (
    SELECT *, min(day) OVER (PARTITION BY segment) AS first, max(day) OVER () AS last
    FROM days
    WHERE day < coalesce($from, (SELECT max(day) FROM days))
  ),
  -- A segment needs two weeks.
  past AS (SELECT * FROM known WHERE date_diff('day', first, last) >= 13)
SELECT time AS day, segment, round(forecast, 1) AS forecast, round(low, 1) AS low, round(high, 1) AS high,
       method, round(mase, 2) AS mase
FROM forecast(past, time => day, value => tickets, by => segment, horizon => $days, level => $level,
              method => $method)
ORDER BY day, segment;
