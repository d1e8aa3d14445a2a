-- Ranks from 0 to last = n - 1; a quantile lies between its neighbours in proportion.
WITH waits AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), created_at) AS DATE) END AS period,
         $by AS segment,
         CASE WHEN first_response_at >= created_at THEN date_part('epoch', first_response_at) - date_part('epoch', created_at) END AS s
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
),
ranked AS (
  SELECT *, count(s) OVER (PARTITION BY period, segment) - 1 AS last,
         row_number() OVER (PARTITION BY period, segment ORDER BY s NULLS LAST) - 1 AS i
  FROM waits
),
ends AS (
  SELECT period, segment, count(*) AS tickets, count(s) AS n, sum(s) AS total, var_samp(s / 3600.0) AS variance,
         CAST(0.5 AS DOUBLE) * max(last) AS rank50, CAST(0.9 AS DOUBLE) * max(last) AS rank90,
         max(CASE WHEN i = floor(CAST(0.5 AS DOUBLE) * last) THEN s * 1000000 END) AS below50,
         max(CASE WHEN i = ceil(CAST(0.5 AS DOUBLE) * last) THEN s * 1000000 END) AS above50,
         max(CASE WHEN i = floor(CAST(0.9 AS DOUBLE) * last) THEN s * 1000000 END) AS below90,
         max(CASE WHEN i = ceil(CAST(0.9 AS DOUBLE) * last) THEN s * 1000000 END) AS above90
  FROM ranked
  GROUP BY period, segment
),
figures AS (
  SELECT *, total / nullif(n * 3600.0, 0) AS mean,
         1.959963984540054 * sqrt(variance / nullif(n, 0)) AS half,
         (below50 + (rank50 - floor(rank50)) * (above50 - below50)) / 3600000000.0 AS median,
         (below90 + (rank90 - floor(rank90)) * (above90 - below90)) / 3600000000.0 AS p90
  FROM ends
)
SELECT period, segment, tickets, n, round(median, 2), round(p90, 2), round(mean, 2),
       round(mean - half, 2), round(mean + half, 2)
FROM figures
ORDER BY period, segment;
