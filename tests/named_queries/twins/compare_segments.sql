-- Newcombe's interval for shares, the normal one for NPS.
WITH counted AS (
  SELECT coalesce($by, 'none') AS segment, count(*) AS n,
         sum(CASE WHEN $kpi = 'csat' THEN CASE WHEN score >= 4 THEN 1 ELSE 0 END WHEN score >= 9 THEN 1 ELSE 0 END) AS ups,
         sum(CASE WHEN $kpi = 'csat' THEN 0 WHEN score <= 6 THEN 1 ELSE 0 END) AS downs
  FROM surveys
    LEFT JOIN tickets ON tickets.ticket_id = surveys.ticket_id
    LEFT JOIN customers ON customers.customer_id = surveys.customer_id
  WHERE surveys.kind = $kpi AND surveys.score BETWEEN 0 AND CASE WHEN $kpi = 'csat' THEN 5 ELSE 10 END
    AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
  GROUP BY 1
),
sides AS (
  SELECT segment, CAST(n AS DOUBLE) AS n2, CAST(ups AS DOUBLE) / n AS u2, CAST(downs AS DOUBLE) / n AS d2,
         CAST(sum(n) OVER () - n AS DOUBLE) AS n1,
         CAST(sum(ups) OVER () - ups AS DOUBLE) / nullif(sum(n) OVER () - n, 0) AS u1,
         CAST(sum(downs) OVER () - downs AS DOUBLE) / nullif(sum(n) OVER () - n, 0) AS d1
  FROM counted
),
wilson AS (
  SELECT *,
         (u1 + 1.920729410347062 / n1 - sqrt(3.841458820694124 * (u1 * (1 - u1) + 0.960364705173531 / n1) / n1)) / (1 + 3.841458820694124 / n1) AS l1,
         (u1 + 1.920729410347062 / n1 + sqrt(3.841458820694124 * (u1 * (1 - u1) + 0.960364705173531 / n1) / n1)) / (1 + 3.841458820694124 / n1) AS h1,
         (u2 + 1.920729410347062 / n2 - sqrt(3.841458820694124 * (u2 * (1 - u2) + 0.960364705173531 / n2) / n2)) / (1 + 3.841458820694124 / n2) AS l2,
         (u2 + 1.920729410347062 / n2 + sqrt(3.841458820694124 * (u2 * (1 - u2) + 0.960364705173531 / n2) / n2)) / (1 + 3.841458820694124 / n2) AS h2,
         (u1 + d1 - (u1 - d1) * (u1 - d1)) / n1 + (u2 + d2 - (u2 - d2) * (u2 - d2)) / n2 AS v
  FROM sides
),
ends AS (
  SELECT *, 100 * (u2 - d2) AS value, 100 * (u1 - d1) AS rest, 100 * (u2 - d2 - u1 + d1) AS difference,
         CASE WHEN $kpi = 'csat' THEN 100 * sqrt((u2 - l2) * (u2 - l2) + (h1 - u1) * (h1 - u1)) WHEN v > 0 THEN 195.9963984540054 * sqrt(v) END AS below,
         CASE WHEN $kpi = 'csat' THEN 100 * sqrt((h2 - u2) * (h2 - u2) + (u1 - l1) * (u1 - l1)) WHEN v > 0 THEN 195.9963984540054 * sqrt(v) END AS above
  FROM wilson
)
SELECT segment, CAST(n2 AS BIGINT) AS n, round(value, 1) AS value, CAST(n1 AS BIGINT) AS rest_n, round(rest, 1) AS rest,
       round(difference, 1) AS difference, round(difference - below, 1) AS low, round(difference + above, 1) AS high
FROM ends
ORDER BY segment
