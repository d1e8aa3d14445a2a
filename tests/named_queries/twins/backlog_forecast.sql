-- The changes of a day are those opened less those closed, where midnight belongs to the day before; z of the level
-- 0.8 is 1.2815515655446004. Written for 28 days, as is the twin of volume_forecast.
WITH here AS (
  SELECT * REPLACE (created_at AT TIME ZONE $zone AS created_at, closed_at AT TIME ZONE $zone AS closed_at)
  FROM tickets
),
bounds AS (
  SELECT CAST(CASE WHEN max(closed_at) > max(created_at) THEN max(closed_at) ELSE max(created_at) END AS DATE) AS newest
  FROM here
),
firsts AS (
  SELECT coalesce($by, '(none)') AS segment, CAST(min(created_at) AS DATE) AS first,
         min(CASE WHEN $from IS NULL OR $from > newest THEN newest ELSE $from END)
           - CASE WHEN min(newest) < $from THEN 0 ELSE 1 END AS last
  FROM here
  CROSS JOIN bounds
  WHERE merged_into_id IS NULL AND $level = 0.8
  GROUP BY 1
),
lives AS (
  SELECT coalesce($by, '(none)') AS segment, CAST(created_at - INTERVAL '1 microsecond' AS DATE) AS opened,
         CAST(closed_at - INTERVAL '1 microsecond' AS DATE) AS closed
  FROM here
  WHERE merged_into_id IS NULL AND created_at IS NOT NULL AND (closed_at IS NULL OR closed_at >= created_at)
),
moves AS (
  SELECT segment, day, sum(change) AS change
  FROM (SELECT segment, opened AS day, 1 AS change FROM lives
        UNION ALL
        SELECT segment, closed, -1 FROM lives WHERE closed IS NOT NULL) AS each
  GROUP BY segment, day
),
levels AS (
  SELECT firsts.segment, CAST(sum(change) AS DOUBLE) AS open_now
  FROM firsts
  JOIN moves ON moves.segment = firsts.segment AND day <= last
  GROUP BY firsts.segment
),
digits AS (
  SELECT * FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS digits(digit)
),
numbers AS (
  SELECT a.digit + 10 * b.digit + 100 * c.digit + 1000 * d.digit AS number
  FROM digits AS a CROSS JOIN digits AS b CROSS JOIN digits AS c CROSS JOIN digits AS d
),
-- The changes begin with the second day.
filled AS (
  SELECT firsts.segment, last, number AS i, date_diff('day', first, last) AS n, CAST(coalesce(change, 0) AS DOUBLE) AS x
  FROM firsts
  JOIN numbers ON number < date_diff('day', first, last)
  LEFT JOIN moves ON moves.segment = firsts.segment AND day = CAST(first + to_days(CAST(number + 1 AS INTEGER)) AS DATE)
  WHERE date_diff('day', first, last) >= 14
),
lagged AS (
  SELECT *, lag(x, 7) OVER (PARTITION BY segment ORDER BY i) AS x7, lag(x, 14) OVER (PARTITION BY segment ORDER BY i) AS x14,
         lag(x, 21) OVER (PARTITION BY segment ORDER BY i) AS x21, lag(x, 28) OVER (PARTITION BY segment ORDER BY i) AS x28
  FROM filled
),
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
  SELECT DISTINCT segment, avg(error) OVER (PARTITION BY segment) AS mase FROM errors
),
ahead AS (
  SELECT segment, last, i, n, x, sqrt(avg((x - x7) * (x - x7)) OVER (PARTITION BY segment)) AS sigma FROM lagged
),
steps AS (
  SELECT segment, last, number AS step,
         sum(x) OVER (PARTITION BY segment ORDER BY number) AS change,
         CAST(1.2815515655446004 AS DOUBLE) * sigma
           * sqrt(sum((floor(number / 7.0) + 1) * (floor(number / 7.0) + 1)) OVER (PARTITION BY segment ORDER BY number)) AS half
  FROM ahead
  JOIN numbers ON number < $days AND number % 7 = i - (n - 7)
  WHERE i >= n - 7
)
SELECT CAST(last + to_days(CAST(step + 1 AS INTEGER)) AS DATE) AS day, nullif(steps.segment, '(none)') AS segment, CAST(open_now AS BIGINT),
       round(CASE WHEN open_now + change > 0 THEN open_now + change ELSE 0 END, 1),
       round(CASE WHEN open_now + change - half > 0 THEN open_now + change - half ELSE 0 END, 1),
       round(CASE WHEN open_now + change + half > 0 THEN open_now + change + half ELSE 0 END, 1), round(mase, 2)
FROM steps
JOIN levels ON levels.segment = steps.segment
LEFT JOIN scaled ON scaled.segment = steps.segment
ORDER BY day, nullif(steps.segment, '(none)');
