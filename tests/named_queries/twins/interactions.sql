WITH messages AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), resolved_at) AS DATE) END AS period,
         $by AS segment, replies AS a, customer_messages AS c, replies + customer_messages AS m
  FROM tickets
  WHERE merged_into_id IS NULL AND resolved_at IS NOT NULL
    AND ($from IS NULL OR resolved_at >= $from) AND ($to IS NULL OR resolved_at < $to)
),
figures AS (
  SELECT period, segment, count(m) AS n, CAST(sum(m) AS DOUBLE) / nullif(count(m), 0) AS mean,
         1.959963984540054 * sqrt(var_samp(m) / nullif(count(m), 0)) AS half,
         CAST(sum(a) AS DOUBLE) / nullif(count(a), 0) AS mean_a,
         CAST(sum(c) AS DOUBLE) / nullif(count(c), 0) AS mean_c
  FROM messages
  GROUP BY period, segment
)
SELECT period, segment, n, round(mean, 2), round(mean - half, 2), round(mean + half, 2),
       round(mean_a, 2), round(mean_c, 2)
FROM figures
ORDER BY period, segment;
