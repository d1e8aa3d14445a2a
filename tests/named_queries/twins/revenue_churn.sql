-- The ratio of sums r = y / x with the variance of its residuals y - r x (Cochran); money in cents.
WITH paid AS (
  SELECT s.month AS month, $by AS segment, s.mrr_start AS began, coalesce(s.mrr_end, 0) AS ended,
         s.mrr_end IS NULL AS is_gone
  FROM subscriptions s
  LEFT JOIN customers c ON s.customer_id = c.customer_id
  WHERE s.mrr_start > 0 AND ($from IS NULL OR s.month >= $from) AND ($to IS NULL OR s.month < $to)
),
months AS (
  SELECT DISTINCT s.month AS month, $by AS segment
  FROM subscriptions s
  LEFT JOIN customers c ON s.customer_id = c.customer_id
  WHERE ($from IS NULL OR s.month >= $from) AND ($to IS NULL OR s.month < $to)
),
cents AS (
  SELECT month, segment, CAST(began * 100 AS BIGINT) AS x,
         CAST((CASE WHEN ended < began THEN began - ended ELSE 0 END) * 100 AS BIGINT) AS lost,
         CAST((CASE WHEN is_gone THEN began ELSE 0 END) * 100 AS BIGINT) AS gone
  FROM paid
),
ratios AS (
  SELECT *, CAST(sum(lost) OVER (PARTITION BY month, segment) AS DOUBLE) / sum(x) OVER (PARTITION BY month, segment) AS r_lost
  FROM cents
),
figures AS (
  SELECT month, segment, count(*) AS n, sum(x) / 100.0 AS mrr, sum(lost) / 100.0 AS lost, sum(gone) / 100.0 AS gone,
         (sum(lost) - sum(gone)) / 100.0 AS shrunk,
         100.0 * sum(lost) / sum(x) AS churn, 1.959963984540054 * 100 * sqrt(sum((lost - r_lost * x) * (lost - r_lost * x)) / nullif(count(*) - 1, 0) * count(*)) / sum(x) AS half
  FROM ratios
  GROUP BY month, segment
)
SELECT months.month, months.segment, coalesce(n, 0), round(mrr, 2), round(lost, 2), round(coalesce(gone, 0), 2),
       round(shrunk, 2), round(churn, 2), CASE WHEN churn < half THEN 0 ELSE round(churn - half, 2) END, round(churn + half, 2)
FROM months
LEFT JOIN figures ON figures.month = months.month AND figures.segment IS NOT DISTINCT FROM months.segment
ORDER BY months.month, months.segment;
