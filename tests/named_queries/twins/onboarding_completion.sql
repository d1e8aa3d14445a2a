WITH told AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), o.started_at) AS DATE) END AS period,
         $by AS segment,
         CASE WHEN o.due_at <= (SELECT max(started_at) FROM onboarding) THEN o.is_completed END AS hit,
         CASE WHEN o.due_at <= (SELECT max(started_at) FROM onboarding)
              THEN date_part('epoch', o.completed_at) - date_part('epoch', o.started_at) END AS s
  FROM onboarding o
  LEFT JOIN customers c ON o.customer_id = c.customer_id
  WHERE ($from IS NULL OR o.started_at >= $from) AND ($to IS NULL OR o.started_at < $to)
),
ranked AS (
  SELECT *, count(s) OVER (PARTITION BY period, segment) - 1 AS last,
         row_number() OVER (PARTITION BY period, segment ORDER BY s NULLS LAST) - 1 AS i
  FROM told
),
counted AS (
  SELECT period, segment, count(*) AS started, count(hit) AS n, count(CASE WHEN hit THEN 1 END) AS hits,
         (max(CASE WHEN i = floor(last / 2.0) THEN s END)
           + max(CASE WHEN i = ceil(last / 2.0) THEN s END)) / (2 * 86400.0) AS median
  FROM ranked
  GROUP BY period, segment
),
shares AS (
  SELECT *, CAST(hits AS DOUBLE) / nullif(n, 0) AS p, 3.841458820694124 / nullif(n, 0) AS c FROM counted
)
SELECT period, segment, started, n, hits, round(100.0 * hits / nullif(n, 0), 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(median, 1)
FROM shares
ORDER BY period, segment;
