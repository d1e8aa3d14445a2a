-- Sums in whole cents, which are exact; the spread in 1024ths of a dollar, in which the functions keep
-- squares.
WITH cents AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), created_at) AS DATE) END AS period,
         $by AS segment, CAST(cost * 100 AS BIGINT) AS c
  FROM tickets
  WHERE merged_into_id IS NULL AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
),
figures AS (
  SELECT period, segment, count(c) AS n, sum(c) / 100.0 AS total,
         sum(c) / nullif(count(c) * 100.0, 0) AS mean,
         1.959963984540054 * sqrt(var_samp(floor(c * 1024 / 100.0) / 1024) / nullif(count(c), 0)) AS half
  FROM cents
  GROUP BY period, segment
)
SELECT period, segment, n, round(total, 2), round(mean, 2), round(mean - half, 2), round(mean + half, 2)
FROM figures
ORDER BY period, segment;
