WITH contacts AS (
  SELECT *,
         lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at, ticket_id) AS next_at,
         max(created_at) OVER () AS observed_until
  FROM tickets
  WHERE merged_into_id IS NULL
),
told AS (
  SELECT *,
         CASE WHEN customer_id IS NULL OR created_at IS NULL THEN NULL
              WHEN next_at <= created_at + $within THEN FALSE
              WHEN created_at + $within > observed_until THEN NULL
              ELSE TRUE END AS is_last
  FROM contacts
),
bounds AS (
  SELECT coalesce($after, CAST(date_trunc('month', max(created_at)) - $length AS DATE)) AS after
  FROM tickets
),
periods AS (
  SELECT coalesce($before, CAST(after - $length AS DATE)) AS before, after FROM bounds
),
hits AS (
  SELECT $by AS segment, created_at,
         CASE WHEN $way = 'no_repeat' THEN is_last
              WHEN first_resolved_at IS NOT NULL THEN replies = 1 AND reopens = 0 END AS hit
  FROM told
),
both_periods AS (
  SELECT segment, 1 AS side, hit FROM hits JOIN periods
    ON created_at >= before AND created_at < before + $length
  UNION ALL
  SELECT segment, 2 AS side, hit FROM hits JOIN periods
    ON created_at >= after AND created_at < after + $length
),
counted AS (
  SELECT segment,
         count(CASE WHEN side = 1 THEN hit END) AS n1,
         count(CASE WHEN side = 1 AND hit THEN 1 END) AS hits1,
         count(CASE WHEN side = 2 THEN hit END) AS n2,
         count(CASE WHEN side = 2 AND hit THEN 1 END) AS hits2
  FROM both_periods
  GROUP BY segment
),
shares AS (
  SELECT *, 100.0 * hits1 / nullif(n1, 0) AS v1, 100.0 * hits2 / nullif(n2, 0) AS v2,
         CAST(hits1 AS DOUBLE) / nullif(n1, 0) AS p1, 3.841458820694124 / nullif(n1, 0) AS c1,
         CAST(hits2 AS DOUBLE) / nullif(n2, 0) AS p2, 3.841458820694124 / nullif(n2, 0) AS c2
  FROM counted
),
ends AS (
  SELECT *,
         100 * (p1 + c1 / 2 - sqrt(c1 * p1 * (1 - p1) + c1 * c1 / 4)) / (1 + c1) AS low1,
         100 * (p1 + c1 / 2 + sqrt(c1 * p1 * (1 - p1) + c1 * c1 / 4)) / (1 + c1) AS high1,
         100 * (p2 + c2 / 2 - sqrt(c2 * p2 * (1 - p2) + c2 * c2 / 4)) / (1 + c2) AS low2,
         100 * (p2 + c2 / 2 + sqrt(c2 * p2 * (1 - p2) + c2 * c2 / 4)) / (1 + c2) AS high2
  FROM shares
)
SELECT segment, n1, round(v1, 1), n2, round(v2, 1), round(v2 - v1, 1) AS change,
       round(v2 - v1 - sqrt((v2 - low2) * (v2 - low2) + (high1 - v1) * (high1 - v1)), 1),
       round(v2 - v1 + sqrt((high2 - v2) * (high2 - v2) + (v1 - low1) * (v1 - low1)), 1)
FROM ends
ORDER BY change, segment;
