-- The change that can be seen by bisection, 50 times: z of 0.95 is 1.959963984540054, z of the power 0.8
-- 0.8416212335729142, and 3.841458820694124 the square of the first.
WITH RECURSIVE answers AS (
  SELECT CAST(date_trunc('month', s.responded_at) AS DATE) AS month, coalesce($by, '(none)') AS segment,
         CAST(CASE s.kind WHEN 'ces' THEN 'ces_top' ELSE s.kind END AS VARCHAR) AS kpi,
         CASE s.kind WHEN 'csat' THEN CASE WHEN s.score >= 4 THEN 1 ELSE 0 END
                     WHEN 'ces' THEN CASE WHEN s.score >= 5 THEN 1 ELSE 0 END
                     ELSE CASE WHEN s.score >= 9 THEN 1 ELSE 0 END END AS up,
         CASE WHEN s.kind = 'nps' AND s.score <= 6 THEN 1 ELSE 0 END AS down
  FROM surveys s
  LEFT JOIN tickets t ON t.ticket_id = s.ticket_id
  LEFT JOIN customers c ON c.customer_id = s.customer_id
  WHERE s.responded_at IS NOT NULL
    AND (s.kind = 'csat' AND s.score BETWEEN 1 AND 5 OR s.kind = 'ces' AND s.score BETWEEN 1 AND 7
         OR s.kind = 'nps' AND s.score BETWEEN 0 AND 10)
    AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
),
counted AS (
  SELECT month, segment, kpi, count(*) AS n, CAST(sum(up) AS DOUBLE) / count(*) AS p, CAST(sum(down) AS DOUBLE) / count(*) AS d
  FROM answers
  GROUP BY month, segment, kpi
),
tried AS (
  SELECT month, segment, kpi, n, p, side, 0 AS step, CAST(0 AS DOUBLE) AS too_near,
         CASE WHEN side < 0 THEN p ELSE 1 - p END AS far, CASE WHEN side < 0 THEN p ELSE 1 - p END AS middle
  FROM counted
  CROSS JOIN (VALUES (-1), (1)) AS sides(side)
  WHERE kpi <> 'nps'
  UNION ALL
  SELECT month, segment, kpi, n, p, side, step, too_near, far, (too_near + far) / 2
  FROM (
    SELECT month, segment, kpi, n, p, side, step + 1 AS step, CASE WHEN is_seen THEN too_near ELSE middle END AS too_near,
           CASE WHEN is_seen THEN middle ELSE far END AS far
    FROM (
      SELECT *, 1.959963984540054 * sqrt(2 * (p + side * middle / 2) * (1 - p - side * middle / 2))
                + 0.8416212335729142 * sqrt(p * (1 - p) + (p + side * middle) * (1 - p - side * middle))
                <= middle * sqrt(n) AS is_seen
      FROM tried
    ) AS judged
    WHERE step < 50 AND far > 0 AND (step > 0 OR is_seen)
  ) AS halved
),
found AS (
  SELECT month, segment, kpi, max(CASE WHEN side < 0 THEN 100 * (p - far) END) AS down,
         max(CASE WHEN side > 0 THEN 100 * (p + far) END) AS up
  FROM tried
  WHERE step = 50
  GROUP BY month, segment, kpi
),
ends AS (
  SELECT counted.month, counted.segment, counted.kpi, n, 100 * (p - d) AS value,
         CASE counted.kpi WHEN 'nps' THEN 100 * (p - d) - 195.9963984540054 * sqrt((p + d - (p - d) * (p - d)) / n)
           ELSE 100 * (p + 1.920729410347062 / n - sqrt(3.841458820694124 * (p * (1 - p) + 0.960364705173531 / n) / n)) / (1 + 3.841458820694124 / n) END AS low,
         CASE counted.kpi WHEN 'nps' THEN 100 * (p - d) + 195.9963984540054 * sqrt((p + d - (p - d) * (p - d)) / n)
           ELSE 100 * (p + 1.920729410347062 / n + sqrt(3.841458820694124 * (p * (1 - p) + 0.960364705173531 / n) / n)) / (1 + 3.841458820694124 / n) END AS high,
         38414.58820694124 * (p + d - (p - d) * (p - d)) / ($margin * $margin) AS needed,
         280.1585218112969 * sqrt(2 * (p + d - (p - d) * (p - d)) / n) AS half, down, up
  FROM counted
  LEFT JOIN found ON found.month = counted.month AND found.segment = counted.segment AND found.kpi = counted.kpi
)
SELECT month, nullif(segment, '(none)') AS segment, kpi, n, round(value, 1), round(low, 1), round(high, 1), round((high - low) / 2, 1),
       CAST(nullif(ceil(needed - 0.000000001), 0) AS BIGINT),
       CASE WHEN kpi <> 'nps' THEN round(down, 1) WHEN half > 0 AND value - half >= -100 THEN round(value - half, 1) END,
       CASE WHEN kpi <> 'nps' THEN round(up, 1) WHEN half > 0 AND value + half <= 100 THEN round(value + half, 1) END
FROM ends
ORDER BY month, nullif(segment, '(none)'), kpi;
