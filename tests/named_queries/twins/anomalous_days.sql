-- Every day against all of the 56 days before it. The median m of all cancels out of m + effect, so that the
-- residuals are those about the median of the weekday. By the calendar that is always open no day is left out.
WITH RECURSIVE known AS (
  SELECT $by AS segment, CAST(created_at AT TIME ZONE $zone AS DATE) AS day, count(*) AS tickets
  FROM tickets
  WHERE merged_into_id IS NULL AND created_at IS NOT NULL AND $calendar = '24x7'
  GROUP BY 1, 2
),
days AS (
  SELECT * FROM known WHERE day < (SELECT max(day) FROM known)
),
bounds AS (
  SELECT segment, min(day) AS first, (SELECT max(day) FROM days) AS last FROM days GROUP BY segment
),
every_day AS (
  SELECT min(first) AS day, max(last) AS last FROM bounds
  UNION ALL
  SELECT CAST(day + INTERVAL '1 day' AS DATE), last FROM every_day WHERE day < last
),
filled AS (
  SELECT bounds.segment, every_day.day, first, date_diff('day', DATE '2024-01-01', every_day.day) AS number,
         coalesce(tickets, 0) AS tickets
  FROM bounds
  JOIN every_day ON every_day.day >= first AND every_day.day <= bounds.last
  LEFT JOIN days ON days.day = every_day.day AND days.segment IS NOT DISTINCT FROM bounds.segment
),
pairs AS (
  SELECT now.segment, now.day, now.tickets, now.number, past.tickets AS x, (now.number - past.number) % 7 AS weekday
  FROM filled AS now
  JOIN filled AS past ON past.number < now.number AND past.number >= now.number - 56
    AND past.segment IS NOT DISTINCT FROM now.segment
  WHERE date_diff('day', now.first, now.day) >= 21
),
weekdays AS (
  SELECT segment, day, weekday, CAST(median(CAST(x AS DOUBLE)) AS DOUBLE) AS usual FROM pairs GROUP BY segment, day, weekday
),
residuals AS (
  SELECT pairs.segment, pairs.day, x - usual AS e
  FROM pairs
  JOIN weekdays ON weekdays.day = pairs.day AND weekdays.weekday = pairs.weekday
    AND weekdays.segment IS NOT DISTINCT FROM pairs.segment
),
centres AS (
  SELECT segment, day, median(e) AS centre FROM residuals GROUP BY segment, day
),
scales AS (
  SELECT residuals.segment, residuals.day, max(centre) AS centre, median(abs(e - centre)) AS mad,
         avg(abs(e - centre)) AS mean_deviation
  FROM residuals
  JOIN centres ON centres.day = residuals.day AND centres.segment IS NOT DISTINCT FROM residuals.segment
  GROUP BY residuals.segment, residuals.day
),
judged AS (
  SELECT filled.segment, filled.day, filled.tickets, usual + centre AS expected,
         CASE WHEN mad > 0 THEN 1.482602218505602 * mad ELSE 1.2533141373155003 * mean_deviation END AS scatter
  FROM filled
  JOIN scales ON scales.day = filled.day AND scales.segment IS NOT DISTINCT FROM filled.segment
  JOIN weekdays ON weekdays.day = filled.day AND weekdays.weekday = 0
    AND weekdays.segment IS NOT DISTINCT FROM filled.segment
),
scaled AS (
  SELECT *, CASE WHEN scatter > sqrt(CASE WHEN expected > 1 THEN expected ELSE 1 END) THEN scatter
                 ELSE sqrt(CASE WHEN expected > 1 THEN expected ELSE 1 END) END AS scale
  FROM judged
),
scored AS (
  SELECT *, (tickets - expected) / scale AS distance, abs((tickets - expected) / scale) AS far FROM scaled
)
SELECT day, segment, tickets AS came_in, round(expected, 1) AS expected, round(expected - $threshold * scale, 1) AS low,
       round(expected + $threshold * scale, 1) AS high, round(distance, 1) AS score
FROM scored
WHERE far > $threshold AND ($from IS NULL OR day >= $from) AND ($to IS NULL OR day < $to)
ORDER BY far DESC, day, segment;
