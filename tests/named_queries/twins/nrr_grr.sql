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
  SELECT month, segment, CAST(began * 100 AS BIGINT) AS x, CAST(ended * 100 AS BIGINT) AS net,
         CAST((CASE WHEN ended < began THEN ended ELSE began END) * 100 AS BIGINT) AS gross
  FROM paid
),
ratios AS (
  SELECT *,
         CAST(sum(net) OVER (PARTITION BY month, segment) AS DOUBLE) / sum(x) OVER (PARTITION BY month, segment) AS r_net,
         CAST(sum(gross) OVER (PARTITION BY month, segment) AS DOUBLE) / sum(x) OVER (PARTITION BY month, segment) AS r_gross
  FROM cents
),
figures AS (
  SELECT month, segment, count(*) AS n, sum(x) / 100.0 AS mrr,
         100.0 * sum(net) / sum(x) AS nrr, 1.959963984540054 * 100 * sqrt(sum((net - r_net * x) * (net - r_net * x)) / nullif(count(*) - 1, 0) * count(*)) / sum(x) AS half_n,
         100.0 * sum(gross) / sum(x) AS grr, 1.959963984540054 * 100 * sqrt(sum((gross - r_gross * x) * (gross - r_gross * x)) / nullif(count(*) - 1, 0) * count(*)) / sum(x) AS half_g
  FROM ratios
  GROUP BY month, segment
)
SELECT months.month, months.segment, coalesce(n, 0), round(mrr, 2),
       round(nrr, 2), round(nrr - half_n, 2), round(nrr + half_n, 2),
       round(grr, 2), round(grr - half_g, 2), round(grr + half_g, 2)
FROM months
LEFT JOIN figures ON figures.month = months.month AND figures.segment IS NOT DISTINCT FROM months.segment
ORDER BY months.month, months.segment;
