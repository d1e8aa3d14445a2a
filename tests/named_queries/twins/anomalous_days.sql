-- Every day against all of the 56 days before it. The median m of all cancels out of m + effect, so that the
-- residuals are those about the median of the weekday. By the calendar that is always open no day is left out.
WITH counted AS (
  SELECT $by AS segment, CAST(created_at AT TIME ZONE $zone AS DATE) AS day, count(*) AS tickets
  FROM tickets
  WHERE merged_into_id IS NULL AND created_at IS NOT NULL AND $calendar = '24x7'
  GROUP BY 1, 2
),
known AS (
  SELECT segment, day, tickets, max(day) OVER () AS newest FROM counted
),
days AS (
  SELECT segment, day, tickets, min(day) OVER (PARTITION BY segment) AS first, max(day) OVER () AS last
  FROM known
  WHERE day < newest
),
digits AS (
  SELECT * FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS digits(digit)
),
numbers AS (
  SELECT a.digit + 10 * b.digit + 100 * c.digit + 1000 * d.digit AS number
  FROM digits AS a CROSS JOIN digits AS b CROSS JOIN digits AS c CROSS JOIN digits AS d
),
grid AS (
  SELECT segment, first, number AS i, CAST(first + to_days(CAST(number AS INTEGER)) AS DATE) AS day
  FROM (SELECT DISTINCT segment, first, last FROM days) AS bounds
  JOIN numbers ON number <= date_diff('day', first, last)
),
filled AS (
  SELECT grid.segment, grid.day, i, CAST(coalesce(tickets, 0) AS DOUBLE) AS tickets
  FROM grid
  LEFT JOIN days ON days.day = grid.day AND days.segment IS NOT DISTINCT FROM grid.segment
),
pairs AS (
  SELECT now.segment, now.day, now.tickets, past.tickets AS x, (now.i - past.i) % 7 AS weekday
  FROM filled AS now
  JOIN filled AS past ON past.i < now.i AND past.i >= now.i - 56 AND past.segment IS NOT DISTINCT FROM now.segment
  WHERE now.i >= 21
),
residuals AS (
  SELECT *, median(x) OVER (PARTITION BY segment, day, weekday) AS usual FROM pairs
),
centred AS (
  SELECT *, x - usual AS e, median(x - usual) OVER (PARTITION BY segment, day) AS centre FROM residuals
),
judged AS (
  SELECT segment, day, max(tickets) AS tickets, max(CASE WHEN weekday = 0 THEN usual END) + max(centre) AS expected,
         median(abs(e - centre)) AS mad, sum(abs(e - centre)) / count(*) AS mean_deviation
  FROM centred
  GROUP BY segment, day
),
scattered AS (
  SELECT *, CASE WHEN mad > 0 THEN 1.482602218505602 * mad ELSE 1.2533141373155003 * mean_deviation END AS scatter,
         sqrt(CASE WHEN expected > 1 THEN expected ELSE 1 END) AS least
  FROM judged
),
scored AS (
  SELECT *, CASE WHEN scatter > least THEN scatter ELSE least END AS scale,
         (tickets - expected) / CASE WHEN scatter > least THEN scatter ELSE least END AS distance
  FROM scattered
)
SELECT day, segment, CAST(tickets AS BIGINT) AS came_in, round(expected, 1) AS expected,
       round(expected - $threshold * scale, 1) AS low, round(expected + $threshold * scale, 1) AS high,
       round(distance, 1) AS score
FROM (SELECT *, abs(distance) AS far FROM scored) AS ordered
WHERE far > $threshold AND ($from IS NULL OR day >= $from) AND ($to IS NULL OR day < $to)
ORDER BY far DESC, day, segment;
