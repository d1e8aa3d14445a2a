-- Wilson's interval of a share p with c = z^2 / n.
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
counted AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), created_at) AS DATE) END AS period,
         $by AS segment,
         count(CASE WHEN first_resolved_at IS NOT NULL AND replies IS NOT NULL AND reopens IS NOT NULL THEN 1 END) AS n1,
         count(CASE WHEN first_resolved_at IS NOT NULL AND replies = 1 AND reopens = 0 THEN 1 END) AS hits1,
         count(CASE WHEN first_resolved_at IS NOT NULL THEN replies END) AS n2,
         count(CASE WHEN first_resolved_at IS NOT NULL AND replies < 2 THEN 1 END) AS hits2,
         count(is_last) AS n3,
         count(CASE WHEN is_last THEN 1 END) AS hits3
  FROM told
  WHERE ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY 1, 2
),
shares AS (
  SELECT *,
         CAST(hits1 AS DOUBLE) / nullif(n1, 0) AS p1, 3.841458820694124 / nullif(n1, 0) AS c1,
         CAST(hits2 AS DOUBLE) / nullif(n2, 0) AS p2, 3.841458820694124 / nullif(n2, 0) AS c2,
         CAST(hits3 AS DOUBLE) / nullif(n3, 0) AS p3, 3.841458820694124 / nullif(n3, 0) AS c3
  FROM counted
)
SELECT period, segment, n1, round(100.0 * hits1 / nullif(n1, 0), 1),
       round(100 * (p1 + c1 / 2 - sqrt(c1 * p1 * (1 - p1) + c1 * c1 / 4)) / (1 + c1), 1),
       round(100 * (p1 + c1 / 2 + sqrt(c1 * p1 * (1 - p1) + c1 * c1 / 4)) / (1 + c1), 1),
       round(100.0 * hits2 / nullif(n2, 0), 1),
       round(100 * (p2 + c2 / 2 - sqrt(c2 * p2 * (1 - p2) + c2 * c2 / 4)) / (1 + c2), 1),
       round(100 * (p2 + c2 / 2 + sqrt(c2 * p2 * (1 - p2) + c2 * c2 / 4)) / (1 + c2), 1),
       n3, round(100.0 * hits3 / nullif(n3, 0), 1),
       round(100 * (p3 + c3 / 2 - sqrt(c3 * p3 * (1 - p3) + c3 * c3 / 4)) / (1 + c3), 1),
       round(100 * (p3 + c3 / 2 + sqrt(c3 * p3 * (1 - p3) + c3 * c3 / 4)) / (1 + c3), 1)
FROM shares
ORDER BY period, segment;
