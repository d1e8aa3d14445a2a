-- Newcombe's interval of a difference: from Wilson's intervals of both shares.
WITH counted AS (
  SELECT coalesce(segment, 'none') AS segment,
         CAST(count(CASE WHEN responded_at < CAST($date AS TIMESTAMP WITH TIME ZONE) AND score BETWEEN 1 AND 5 THEN 1 END) AS DOUBLE) AS n1,
         count(CASE WHEN responded_at < CAST($date AS TIMESTAMP WITH TIME ZONE) AND score BETWEEN 4 AND 5 THEN 1 END) AS hits1,
         CAST(count(CASE WHEN responded_at >= CAST($date AS TIMESTAMP WITH TIME ZONE) AND score BETWEEN 1 AND 5 THEN 1 END) AS DOUBLE) AS n2,
         count(CASE WHEN responded_at >= CAST($date AS TIMESTAMP WITH TIME ZONE) AND score BETWEEN 4 AND 5 THEN 1 END) AS hits2
  FROM surveys
  LEFT JOIN (SELECT DISTINCT ticket_id, $by AS segment FROM tickets) AS t ON t.ticket_id = surveys.ticket_id
  WHERE kind = 'csat' AND responded_at >= CAST($date AS TIMESTAMP WITH TIME ZONE) - $span
    AND responded_at < CAST($date AS TIMESTAMP WITH TIME ZONE) + $span
  GROUP BY 1
),
shares AS (
  SELECT *, hits1 / nullif(n1, 0) AS p1, hits2 / nullif(n2, 0) AS p2 FROM counted
),
ends AS (
  SELECT *, 100 * (p2 - p1) AS change,
         100 * (p1 + 1.920729410347062 / n1 - sqrt(3.841458820694124 * (p1 * (1 - p1) + 0.960364705173531 / n1) / n1)) / (1 + 3.841458820694124 / n1) AS low1,
         100 * (p1 + 1.920729410347062 / n1 + sqrt(3.841458820694124 * (p1 * (1 - p1) + 0.960364705173531 / n1) / n1)) / (1 + 3.841458820694124 / n1) AS high1,
         100 * (p2 + 1.920729410347062 / n2 - sqrt(3.841458820694124 * (p2 * (1 - p2) + 0.960364705173531 / n2) / n2)) / (1 + 3.841458820694124 / n2) AS low2,
         100 * (p2 + 1.920729410347062 / n2 + sqrt(3.841458820694124 * (p2 * (1 - p2) + 0.960364705173531 / n2) / n2)) / (1 + 3.841458820694124 / n2) AS high2
  FROM shares
)
SELECT segment, round(100 * p1, 1) AS before_pct, round(low1, 1) AS before_low, round(high1, 1) AS before_high,
       CAST(n1 AS BIGINT) AS n_before, round(100 * p2, 1) AS after_pct, round(low2, 1) AS after_low,
       round(high2, 1) AS after_high, CAST(n2 AS BIGINT) AS n_after, round(change, 1) AS change,
       round(change - sqrt((100 * p2 - low2) * (100 * p2 - low2) + (high1 - 100 * p1) * (high1 - 100 * p1)), 1) AS change_low,
       round(change + sqrt((high2 - 100 * p2) * (high2 - 100 * p2) + (100 * p1 - low1) * (100 * p1 - low1)), 1) AS change_high
FROM ends
ORDER BY segment
