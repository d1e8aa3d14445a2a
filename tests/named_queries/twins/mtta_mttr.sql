WITH times AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), started_at) AS DATE) END AS period,
         $by AS segment,
         CASE WHEN acknowledged_at >= started_at THEN date_part('epoch', acknowledged_at) - date_part('epoch', started_at) END AS a,
         CASE WHEN resolved_at >= started_at THEN date_part('epoch', resolved_at) - date_part('epoch', started_at) END AS r
  FROM incidents
  WHERE ($from IS NULL OR started_at >= $from) AND ($to IS NULL OR started_at < $to)
),
ranked AS (
  SELECT *, count(r) OVER (PARTITION BY period, segment) - 1 AS last,
         row_number() OVER (PARTITION BY period, segment ORDER BY r NULLS LAST) - 1 AS i
  FROM times
),
figures AS (
  SELECT period, segment, count(*) AS incidents,
         sum(a) / nullif(count(a) * 60.0, 0) AS mtta,
         1.959963984540054 * sqrt(var_samp(a / 60.0) / nullif(count(a), 0)) AS half_a,
         count(r) AS n,
         sum(r) / nullif(count(r) * 3600.0, 0) AS mttr,
         1.959963984540054 * sqrt(var_samp(r / 3600.0) / nullif(count(r), 0)) AS half_r,
         (max(CASE WHEN i = floor(last / 2.0) THEN r END)
           + max(CASE WHEN i = ceil(last / 2.0) THEN r END)) / 7200.0 AS median
  FROM ranked
  GROUP BY period, segment
)
SELECT period, segment, incidents, round(mtta, 1), round(mtta - half_a, 1), round(mtta + half_a, 1),
       n, round(mttr, 1), round(mttr - half_r, 1), round(mttr + half_r, 1), round(median, 1)
FROM figures
ORDER BY period, segment;
