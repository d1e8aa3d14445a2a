-- The value of the same weekday of the last week; z of the level 0.8 is 1.2815515655446004. Written for 28 days: a
-- day of a horizon is compared with the last known one of its weekday, up to four weeks before.
WITH counted AS (
  SELECT $by AS segment, CAST(created_at AT TIME ZONE $zone AS DATE) AS day, count(*) AS tickets
  FROM tickets
  WHERE merged_into_id IS NULL AND created_at IS NOT NULL AND $method = 'seasonal_naive' AND $level = 0.8
  GROUP BY 1, 2
),
known AS (
  SELECT segment, day, tickets, coalesce($from, max(day) OVER ()) AS ends FROM counted
),
past AS (
  SELECT segment, day, tickets, min(day) OVER (PARTITION BY segment) AS first, max(day) OVER () AS last
  FROM known
  WHERE day < ends
),
digits AS (
  SELECT * FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS digits(digit)
),
numbers AS (
  SELECT a.digit + 10 * b.digit + 100 * c.digit + 1000 * d.digit AS number
  FROM digits AS a CROSS JOIN digits AS b CROSS JOIN digits AS c CROSS JOIN digits AS d
),
grid AS (
  SELECT segment, last, number AS i, date_diff('day', first, last) + 1 AS n,
         CAST(first + to_days(CAST(number AS INTEGER)) AS DATE) AS day
  FROM (SELECT DISTINCT segment, first, last FROM past) AS bounds
  JOIN numbers ON number <= date_diff('day', first, last)
  WHERE date_diff('day', first, last) >= 13
),
filled AS (
  SELECT grid.segment, grid.last, i, n, CAST(coalesce(tickets, 0) AS DOUBLE) AS x
  FROM grid
  LEFT JOIN past ON past.day = grid.day AND past.segment IS NOT DISTINCT FROM grid.segment
),
lagged AS (
  SELECT *, lag(x, 7) OVER (PARTITION BY segment ORDER BY i) AS x7, lag(x, 14) OVER (PARTITION BY segment ORDER BY i) AS x14,
         lag(x, 21) OVER (PARTITION BY segment ORDER BY i) AS x21, lag(x, 28) OVER (PARTITION BY segment ORDER BY i) AS x28
  FROM filled
),
-- Each of the last four horizons that leaves two weeks before it, or the rest after two weeks.
tried AS (
  SELECT *, CASE WHEN n - back * $days >= 14 THEN n - back * $days ELSE 14 END AS origin
  FROM lagged
  CROSS JOIN (VALUES (1), (2), (3), (4)) AS horizons(back)
  WHERE n - back * $days >= 14 OR (back = 1 AND n > 14)
),
errors AS (
  SELECT segment, origin,
         avg(CASE WHEN i >= origin AND i < origin + $days
                  THEN abs(x - CASE floor((i - origin) / 7.0) WHEN 0 THEN x7 WHEN 1 THEN x14 WHEN 2 THEN x21 ELSE x28 END) END)
         / nullif(avg(CASE WHEN i < origin THEN abs(x - x7) END), 0) AS error
  FROM tried
  GROUP BY segment, origin
),
scaled AS (
  SELECT segment, sum(error) / count(error) AS mase FROM errors GROUP BY segment
),
ahead AS (
  SELECT segment, last, i, n, x, sqrt(avg((x - x7) * (x - x7)) OVER (PARTITION BY segment)) AS sigma FROM lagged
),
steps AS (
  SELECT segment, last, number AS step, x,
         CAST(1.2815515655446004 AS DOUBLE) * sigma * sqrt(floor(number / 7.0) + 1) AS half
  FROM ahead
  JOIN numbers ON number < $days AND number % 7 = i - (n - 7)
  WHERE i >= n - 7
)
SELECT CAST(last + to_days(CAST(step + 1 AS INTEGER)) AS DATE) AS day, steps.segment, round(x, 1) AS forecast,
       round(CASE WHEN x > half THEN x - half ELSE 0 END, 1) AS low, round(x + half, 1) AS high,
       'seasonal_naive' AS method, round(mase, 2) AS mase
FROM steps
LEFT JOIN scaled ON scaled.segment IS NOT DISTINCT FROM steps.segment
ORDER BY day, steps.segment;
