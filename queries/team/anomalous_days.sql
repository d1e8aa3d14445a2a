-- title = "Anomalous days"
-- question = "On which days did far more or far fewer tickets come in than the weeks before let one expect?"
-- topic = "team"
-- dated = "tickets by created_at, on the days of the time zone asked for, or UTC; the day of the newest ticket is not over and is left out, as are merged copies"
-- kpis = ["ticket_volume"]
-- needs.tickets = ["created_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "judge this day and later ones; the weeks before it are still what they are judged by" }
-- param.to = { type = "date", optional = true, about = "judge days before this one" }
-- param.zone = { type = "text", default = "UTC", about = "time zone whose days count, such as America/New_York" }
-- param.calendar = { type = "text", default = "24x7", about = "a calendar of deskql.calendars: days on which it never opens, such as public holidays, are left out" }
-- param.threshold = { type = "number", default = 3.5, about = "distance from what is expected, in scales, above which a day is listed" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment, each judged by its own past" }

-- The farthest first. A day is judged by the same weekday and the scatter of the 56 days before it; low and
-- high are the range in which it would not be listed. About one day in a thousand is listed by chance, with
-- busy desks more: one anomaly is a question, not a finding.
WITH
  days AS (
    SELECT $by AS segment, local_time(created_at, $zone)::DATE AS day, count(*) AS tickets
    FROM tickets
    WHERE merged_into_id IS NULL AND created_at IS NOT NULL
    GROUP BY ALL
  ),
  whole AS (SELECT * FROM days WHERE day < (SELECT max(day) FROM days)),
  opened AS (
    SELECT *, business_minutes(from_local_time(day::TIMESTAMP, $zone),
                               from_local_time(day::TIMESTAMP + INTERVAL '1 day', $zone), $calendar) AS minutes
    FROM whole
  ),
  found AS (
    SELECT *, abs(score) AS far
    FROM anomalies(opened, time => day, value => tickets, by => segment, counts => true, threshold => $threshold,
                   ignore => minutes = 0)
    WHERE is_anomaly
  )
SELECT time AS day, segment, value AS came_in, round(expected, 1) AS expected, round(low, 1) AS low,
       round(high, 1) AS high, round(score, 1) AS score
FROM found
WHERE ($from IS NULL OR time >= $from) AND ($to IS NULL OR time < $to)
ORDER BY far DESC, day, segment;
