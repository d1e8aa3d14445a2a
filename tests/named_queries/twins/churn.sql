WITH RECURSIVE bounds AS (
  SELECT coalesce($from, CAST(date_trunc($grain, min(ended_at)) AS DATE)) AS first,
         coalesce($to, CAST(date_trunc($grain, max(CASE WHEN ended_at IS NULL THEN started_at ELSE ended_at END)) AS DATE)) AS last,
         CASE WHEN $grain = 'month' THEN INTERVAL '1 month' WHEN $grain = 'quarter' THEN INTERVAL '3 months'
              ELSE INTERVAL '12 months' END AS step
  FROM customers
),
periods AS (
  SELECT first AS starts, CAST(first + step AS DATE) AS ends FROM bounds
  UNION ALL
  SELECT ends AS starts, CAST(ends + step AS DATE) AS ends FROM periods, bounds WHERE ends < last
),
whole AS (
  SELECT starts, ends FROM periods, bounds WHERE ends <= last
),
counted AS (
  SELECT starts, $by AS segment, count(*) AS n, count(CASE WHEN ended_at <= ends THEN 1 END) AS hits
  FROM whole, customers
  WHERE started_at <= starts AND (ended_at IS NULL OR ended_at > starts)
  GROUP BY 1, 2
),
shares AS (
  SELECT *, CAST(hits AS DOUBLE) / nullif(n, 0) AS p, 3.841458820694124 / nullif(n, 0) AS c FROM counted
)
SELECT starts, segment, n, hits, round(100.0 * hits / nullif(n, 0), 2),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 2),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 2)
FROM shares
ORDER BY starts, segment;
