-- The ratio of sums r = y / x with the variance of its residuals y - r x (Cochran), these in 1024ths of
-- a dollar, in which the functions keep squares.
WITH cents AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), created_at) AS DATE) END AS period,
         $by AS segment, CAST(cost * 100 AS BIGINT) AS y,
         CASE WHEN cost IS NULL THEN NULL WHEN resolved_at IS NULL THEN 0 ELSE 1 END AS x
  FROM tickets
  WHERE merged_into_id IS NULL AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
),
ratios AS (
  SELECT *, floor(y * 1024 / 100.0) / 1024 AS z,
         sum(y) OVER (PARTITION BY period, segment)
           / nullif(sum(x) OVER (PARTITION BY period, segment) * 100.0, 0) AS r
  FROM cents
),
figures AS (
  SELECT period, segment, count(x) AS n, sum(x) AS resolved, sum(y) / 100.0 AS total, max(r) AS ratio,
         1.959963984540054 * sqrt(sum((z - r * x) * (z - r * x)) / nullif(count(x) - 1, 0) * count(x))
           / nullif(sum(x), 0) AS half
  FROM ratios
  GROUP BY period, segment
)
SELECT period, segment, n, coalesce(resolved, 0), round(total, 2), round(ratio, 2),
       round(ratio - half, 2), round(ratio + half, 2)
FROM figures
ORDER BY period, segment;
