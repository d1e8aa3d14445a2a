-- Ranks from 0 to last = n - 1; a quantile lies between its neighbours in proportion.
WITH waits AS (
  SELECT $by AS segment, priority AS priority,
         CASE WHEN first_response_at >= created_at THEN date_part('epoch', first_response_at) - date_part('epoch', created_at) END AS s, first_response_at <= created_at + $target AS in_time
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
),
rows_twice AS (
  SELECT segment, priority, s, in_time FROM waits
  UNION ALL
  SELECT segment, 'all' AS priority, s, in_time FROM waits
),
ranked AS (
  SELECT *, count(s) OVER (PARTITION BY segment, priority) - 1 AS last,
         row_number() OVER (PARTITION BY segment, priority ORDER BY s NULLS LAST) - 1 AS i
  FROM rows_twice
),
ends AS (
  SELECT segment, priority, count(*) AS tickets, count(s) AS n, sum(s) AS total, var_samp(s / 3600.0) AS variance,
         CAST(0.5 AS DOUBLE) * max(last) AS rank50, CAST(0.9 AS DOUBLE) * max(last) AS rank90,
         max(CASE WHEN i = floor(CAST(0.5 AS DOUBLE) * last) THEN s * 1000000 END) AS below50,
         max(CASE WHEN i = ceil(CAST(0.5 AS DOUBLE) * last) THEN s * 1000000 END) AS above50,
         max(CASE WHEN i = floor(CAST(0.9 AS DOUBLE) * last) THEN s * 1000000 END) AS below90,
         max(CASE WHEN i = ceil(CAST(0.9 AS DOUBLE) * last) THEN s * 1000000 END) AS above90,
         count(in_time) AS told, count(CASE WHEN in_time THEN 1 END) AS hits
  FROM ranked
  GROUP BY segment, priority
),
figures AS (
  SELECT *, total / nullif(n * 3600.0, 0) AS mean,
         1.959963984540054 * sqrt(variance / nullif(n, 0)) AS half,
         (below50 + (rank50 - floor(rank50)) * (above50 - below50)) / 3600000000.0 AS median,
         (below90 + (rank90 - floor(rank90)) * (above90 - below90)) / 3600000000.0 AS p90,
         CAST(hits AS DOUBLE) / nullif(told, 0) AS p, 3.841458820694124 / nullif(told, 0) AS c
  FROM ends
)
SELECT segment, priority, tickets, n, round(median, 2), round(p90, 2), round(mean, 2),
       round(100.0 * hits / nullif(told, 0), 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1)
FROM figures
ORDER BY segment, priority;
