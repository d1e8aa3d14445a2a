WITH work AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), resolved_at) AS DATE) END AS period,
         $by AS segment, handle_seconds AS s
  FROM tickets
  WHERE merged_into_id IS NULL AND resolved_at IS NOT NULL
    AND ($from IS NULL OR resolved_at >= $from) AND ($to IS NULL OR resolved_at < $to)
),
figures AS (
  SELECT period, segment, count(s) AS n, sum(s) / 3600.0 AS total, CAST(sum(s) AS DOUBLE) / nullif(count(s), 0) AS mean,
         1.959963984540054 * sqrt(var_samp(s) / nullif(count(s), 0)) AS half
  FROM work
  GROUP BY period, segment
)
SELECT period, segment, n, round(total, 1), round(mean / 60, 1),
       round((mean - half) / 60, 1), round((mean + half) / 60, 1)
FROM figures
ORDER BY period, segment;
