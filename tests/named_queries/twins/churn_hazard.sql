WITH RECURSIVE known AS (
  SELECT coalesce($from, CAST(date_trunc('month', min(ended_at)) AS DATE)) AS first,
         coalesce($to, max(CASE WHEN ended_at IS NULL THEN started_at ELSE ended_at END)) AS last
  FROM customers
),
ages AS (
  SELECT 1 AS month
  UNION ALL
  SELECT month + 1 AS month FROM ages WHERE month < $months
),
lives AS (
  SELECT $by AS segment, month, ended_at,
         started_at + (month - 1) * INTERVAL '1 month' AS begins, started_at + month * INTERVAL '1 month' AS ends
  FROM customers, ages
),
counted AS (
  SELECT segment, month, count(*) AS n, count(CASE WHEN ended_at < ends THEN 1 END) AS hits
  FROM lives, known
  WHERE begins >= first AND ends <= last AND (ended_at IS NULL OR ended_at >= begins)
  GROUP BY 1, 2
),
shares AS (
  SELECT *, CAST(hits AS DOUBLE) / n AS p, 3.841458820694124 / n AS c FROM counted
)
SELECT segment, month, n, hits, round(100.0 * hits / n, 2),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 2),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 2)
FROM shares
ORDER BY segment, month;
