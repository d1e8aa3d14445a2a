-- The curve as the exponential of sums of logarithms, over the seconds of each ticket. Rounded to nine digits first: a
-- tie such as 31.25 is missed by the logarithms.
WITH known AS (
  SELECT coalesce($as_of, max(CASE WHEN $end IS NOT NULL AND date_part('year', $end) < 9999 AND $end > created_at
                                   THEN $end ELSE created_at END)) AS asked_at
  FROM tickets
  WHERE merged_into_id IS NULL
),
lives AS (
  SELECT $by AS segment, CASE WHEN $end <= asked_at THEN 1 ELSE 0 END AS is_over,
         CASE WHEN $end <= asked_at THEN date_part('epoch', $end) ELSE date_part('epoch', asked_at) END
           - date_part('epoch', created_at) AS s
  FROM tickets, known
  WHERE merged_into_id IS NULL AND created_at <= asked_at AND ($end IS NULL OR $end >= created_at)
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
),
steps AS (
  SELECT segment, s, sum(is_over) AS d, count(*) AS gone FROM lives GROUP BY segment, s
),
risks AS (
  SELECT segment, s, d, sum(gone) OVER (PARTITION BY segment ORDER BY s DESC) AS n FROM steps
),
sums AS (
  SELECT segment, s, d, n, max(n) OVER (PARTITION BY segment) AS tickets,
         sum(d) OVER (PARTITION BY segment ORDER BY s) AS ended,
         max(CASE WHEN d = n THEN 1 ELSE 0 END) OVER (PARTITION BY segment ORDER BY s) AS is_zero,
         sum(CASE WHEN d < n THEN ln(1 - CAST(d AS DOUBLE) / n) END) OVER (PARTITION BY segment ORDER BY s) AS l,
         sum(CASE WHEN d < n THEN d / (CAST(n AS DOUBLE) * (n - d)) END) OVER (PARTITION BY segment ORDER BY s) AS g
  FROM risks
),
marks AS (
  SELECT 1 AS hours UNION ALL SELECT 4 UNION ALL SELECT 8 UNION ALL SELECT 24 UNION ALL SELECT 48
  UNION ALL SELECT 72 UNION ALL SELECT 168 UNION ALL SELECT 336 UNION ALL SELECT 720
),
reached AS (
  SELECT segment, hours, tickets, s, ended, is_zero, l, g,
         row_number() OVER (PARTITION BY segment, hours ORDER BY CASE WHEN s <= hours * 3600 THEN s ELSE -1 - s END DESC) AS i,
         s <= hours * 3600 AS is_reached
  FROM sums, marks
)
SELECT segment, hours, tickets, CASE WHEN is_reached THEN ended ELSE 0 END,
       CASE WHEN NOT is_reached THEN 0.0 WHEN is_zero = 1 THEN 100.0 ELSE round(round(100 - 100 * exp(l), 9), 1) END,
       CASE WHEN NOT is_reached THEN 0.0 WHEN is_zero = 1 THEN NULL WHEN l = 0 THEN 0.0
            ELSE round(100 - 100 * exp(l * exp(-1.959963984540054 * sqrt(g) / abs(l))), 1) END,
       CASE WHEN NOT is_reached THEN 0.0 WHEN is_zero = 1 THEN NULL WHEN l = 0 THEN 0.0
            ELSE round(100 - 100 * exp(l * exp(1.959963984540054 * sqrt(g) / abs(l))), 1) END
FROM reached
WHERE i = 1
ORDER BY segment, hours;
