-- Ranks from 0 to last = n - 1; a quantile lies between its neighbours in proportion.
WITH waits AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), created_at) AS DATE) END AS period,
         $by AS segment,
         CASE WHEN CASE WHEN is_complaint THEN resolved_at END >= created_at THEN date_part('epoch', CASE WHEN is_complaint THEN resolved_at END) - date_part('epoch', created_at) END AS s,
         is_complaint, resolved_at
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
         max(CASE WHEN i = ceil(CAST(0.9 AS DOUBLE) * last) THEN s * 1000000 END) AS above90,
         count(is_complaint) AS told, count(CASE WHEN is_complaint THEN 1 END) AS complaints,
         count(CASE WHEN is_complaint AND resolved_at IS NOT NULL THEN 1 END) AS resolved
  FROM ranked
  GROUP BY period, segment
),
figures AS (
  SELECT *, total / nullif(n * 3600.0, 0) AS mean,
         1.959963984540054 * sqrt(variance / nullif(n, 0)) AS half,
         (below50 + (rank50 - floor(rank50)) * (above50 - below50)) / 3600000000.0 AS median,
         (below90 + (rank90 - floor(rank90)) * (above90 - below90)) / 3600000000.0 AS p90,
         CAST(complaints AS DOUBLE) / nullif(told, 0) AS p_c, 3.841458820694124 / nullif(told, 0) AS c_c,
         CAST(resolved AS DOUBLE) / nullif(complaints, 0) AS p_r, 3.841458820694124 / nullif(complaints, 0) AS c_r
  FROM ends
)
SELECT period, segment, told, complaints, round(100.0 * complaints / nullif(told, 0), 1),
       round(100 * (p_c + c_c / 2 - sqrt(c_c * p_c * (1 - p_c) + c_c * c_c / 4)) / (1 + c_c), 1),
       round(100 * (p_c + c_c / 2 + sqrt(c_c * p_c * (1 - p_c) + c_c * c_c / 4)) / (1 + c_c), 1),
       round(100.0 * resolved / nullif(complaints, 0), 1),
       round(100 * (p_r + c_r / 2 - sqrt(c_r * p_r * (1 - p_r) + c_r * c_r / 4)) / (1 + c_r), 1),
       round(100 * (p_r + c_r / 2 + sqrt(c_r * p_r * (1 - p_r) + c_r * c_r / 4)) / (1 + c_r), 1),
       round(median, 1), round(p90, 1)
FROM figures
ORDER BY period, segment;
