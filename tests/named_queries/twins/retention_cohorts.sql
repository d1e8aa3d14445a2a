WITH RECURSIVE bounds AS (
  SELECT coalesce($from, CAST(date_trunc('month', min(ended_at)) AS DATE)) AS first,
         max(CASE WHEN ended_at IS NULL THEN started_at ELSE ended_at END) AS last
  FROM customers
),
ages AS (
  SELECT 0 AS months, INTERVAL '0 months' AS age
  UNION ALL
  SELECT months + 1 AS months, age + INTERVAL '1 month' AS age FROM ages WHERE months < $months
),
counted AS (
  SELECT CAST(date_trunc('month', started_at) AS DATE) AS cohort, $by AS segment, months,
         count(*) AS n,
         count(CASE WHEN ended_at IS NULL OR ended_at >= started_at + age THEN 1 END) AS hits
  FROM customers, bounds, ages
  WHERE started_at >= first AND ($to IS NULL OR started_at < $to)
    AND date_trunc('month', started_at) + INTERVAL '1 month' + age <= last
  GROUP BY 1, 2, 3
),
shares AS (
  SELECT *, CAST(hits AS DOUBLE) / nullif(n, 0) AS p, 3.841458820694124 / nullif(n, 0) AS c FROM counted
)
SELECT cohort, segment, months, n, hits, round(100.0 * hits / nullif(n, 0), 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1)
FROM shares
ORDER BY cohort, segment, months;
