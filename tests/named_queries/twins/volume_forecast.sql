-- The value of the same weekday of the last week; z of the level 0.8 is 1.2815515655446004.
WITH RECURSIVE days AS (
  SELECT $by AS segment, CAST(created_at AT TIME ZONE $zone AS DATE) AS day, count(*) AS tickets
  FROM tickets
  WHERE merged_into_id IS NULL AND created_at IS NOT NULL AND $method = 'seasonal_naive' AND $level = 0.8
  GROUP BY 1, 2
),
past AS (
  SELECT * FROM days WHERE day < coalesce($from, (SELECT max(day) FROM days))
),
bounds AS (
  SELECT segment, min(day) AS first, (SELECT max(day) FROM past) AS last FROM past GROUP BY segment
  HAVING date_diff('day', min(day), (SELECT max(day) FROM past)) >= 13
),
every_day AS (
  SELECT min(first) AS day, max(last) AS last FROM bounds
  UNION ALL
  SELECT CAST(day + INTERVAL '1 day' AS DATE), last FROM every_day WHERE day < last
),
filled AS (
  SELECT bounds.segment, bounds.last, date_diff('day', bounds.first, every_day.day) AS i,
         date_diff('day', bounds.first, bounds.last) + 1 AS n, CAST(coalesce(tickets, 0) AS DOUBLE) AS x
  FROM bounds
  JOIN every_day ON every_day.day >= first AND every_day.day <= bounds.last
  LEFT JOIN past ON past.day = every_day.day AND past.segment IS NOT DISTINCT FROM bounds.segment
),
changes AS (
  SELECT now.segment, now.last, now.i, now.n, now.x, now.x - before.x AS change
  FROM filled AS now
  LEFT JOIN filled AS before ON before.i = now.i - 7 AND before.segment IS NOT DISTINCT FROM now.segment
),
spread AS (
  SELECT segment, max(n) AS n, sqrt(avg(change * change)) AS sigma FROM changes GROUP BY segment
),
steps AS (
  SELECT 1 AS step UNION ALL SELECT step + 1 FROM steps WHERE step < $days
),
horizons AS (
  SELECT 1 AS back UNION ALL SELECT back + 1 FROM horizons WHERE back < 4
),
-- Each of the last four horizons that leaves two weeks before it, or the rest after two weeks.
origins AS (
  SELECT segment, n - back * $days AS origin FROM spread CROSS JOIN horizons WHERE n - back * $days >= 14
  UNION ALL
  SELECT segment, 14 FROM spread WHERE n > 14 AND n - $days < 14
),
missed AS (
  SELECT origins.segment, origin, avg(abs(later.x - known.x)) AS error
  FROM origins
  JOIN filled AS later ON later.i >= origin AND later.i < origin + $days
    AND later.segment IS NOT DISTINCT FROM origins.segment
  JOIN filled AS known ON known.i = origin - 7 + (later.i - origin) % 7
    AND known.segment IS NOT DISTINCT FROM origins.segment
  GROUP BY origins.segment, origin
),
usual AS (
  SELECT origins.segment, origin, avg(abs(change)) AS scale
  FROM origins
  JOIN changes ON changes.i < origin AND changes.segment IS NOT DISTINCT FROM origins.segment
  GROUP BY origins.segment, origin
),
errors AS (
  SELECT missed.segment, avg(error / nullif(scale, 0)) AS mase
  FROM missed
  JOIN usual ON usual.origin = missed.origin AND usual.segment IS NOT DISTINCT FROM missed.segment
  GROUP BY missed.segment
),
ahead AS (
  SELECT filled.last, spread.segment, step, filled.x, CAST(1.2815515655446004 AS DOUBLE) * sigma * sqrt(CAST(floor((step - 1) / 7) AS DOUBLE) + 1) AS half
  FROM spread
  CROSS JOIN steps
  JOIN filled ON filled.i = spread.n - 7 + (step - 1) % 7 AND filled.segment IS NOT DISTINCT FROM spread.segment
)
SELECT CAST(last + to_days(CAST(step AS INTEGER)) AS DATE) AS day, ahead.segment, round(x, 1) AS forecast,
       round(CASE WHEN x > half THEN x - half ELSE 0 END, 1) AS low, round(x + half, 1) AS high,
       'seasonal_naive' AS method, round(mase, 2) AS mase
FROM ahead
LEFT JOIN errors ON errors.segment IS NOT DISTINCT FROM ahead.segment
ORDER BY day, ahead.segment;
