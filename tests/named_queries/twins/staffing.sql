-- Erlang B by its recursion, one row a number of agents, up to 40: B(N) = aB / (N + aB).
WITH RECURSIVE known AS (
  SELECT created_at AT TIME ZONE $zone AS moment, CAST(created_at AT TIME ZONE $zone AS DATE) AS day, handle_seconds
  FROM tickets
  WHERE merged_into_id IS NULL AND created_at IS NOT NULL AND channel = $channel AND handle_seconds IS NOT NULL
),
past AS (
  SELECT * FROM known WHERE day < coalesce($from, (SELECT max(day) FROM known))
),
ends AS (
  SELECT max(day) AS last FROM past
),
recent AS (
  SELECT past.* FROM past CROSS JOIN ends WHERE date_diff('day', day, last) < 56
),
ahead AS (
  SELECT 1 AS step UNION ALL SELECT step + 1 FROM ahead WHERE step < 7
),
forecasts AS (
  SELECT CAST(last + to_days(CAST(step AS INTEGER)) AS DATE) AS day, step,
         (SELECT count(*) FROM past CROSS JOIN ends AS e WHERE date_diff('day', day, e.last) = 7 - step) AS contacts
  FROM ends CROSS JOIN ahead
),
weekdays AS (
  SELECT date_diff('day', day, last) % 7 AS before, CAST(floor((date_part('hour', moment) * 60 + date_part('minute', moment)) / 30.0) AS INTEGER) AS half,
         count(*) AS contacts
  FROM recent CROSS JOIN ends
  GROUP BY 1, 2
),
shape AS (
  SELECT before, half, CAST(contacts AS DOUBLE) / sum(contacts) OVER (PARTITION BY before) AS share FROM weekdays
),
handled AS (
  SELECT avg(handle_seconds) AS seconds FROM recent
),
loads AS (
  SELECT forecasts.day, half, contacts * share AS contacts, 2 * contacts * share * seconds / 3600 AS load, seconds
  FROM forecasts
  JOIN shape ON before = 7 - step
  CROSS JOIN handled
  WHERE contacts > 0
),
blocked AS (
  SELECT day, half, contacts, load, seconds, 0 AS agents, CAST(1 AS DOUBLE) AS b FROM loads
  UNION ALL
  SELECT day, half, contacts, load, seconds, agents + 1, load * b / (agents + 1 + load * b) FROM blocked WHERE agents < 40
),
enough AS (
  SELECT *, b / (1 - load / agents * (1 - b)) AS waits FROM blocked WHERE agents > load
),
served AS (
  SELECT day, half, contacts, load, min(agents) AS agents
  FROM enough
  WHERE 100 * (1 - waits * exp(-(agents - load) * $target / seconds)) >= $service_level
    AND 100 * load / agents <= $max_occupancy
  GROUP BY day, half, contacts, load
)
SELECT day, CASE WHEN half < 20 THEN '0' ELSE '' END || CAST(CAST(floor(half / 2.0) AS INTEGER) AS VARCHAR)
         || CASE half % 2 WHEN 0 THEN ':00' ELSE ':30' END AS half_hour,
       round(contacts, 2) AS contacts, round(load, 2) AS load, agents,
       CAST(ceil(100.0 * agents / (100 - $shrinkage)) AS BIGINT) AS scheduled
FROM served
ORDER BY day, half_hour;
