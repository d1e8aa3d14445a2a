WITH bounds AS (
  SELECT coalesce($at, CAST(max(CASE WHEN ended_at IS NULL THEN started_at ELSE ended_at END) - $horizon AS DATE)) AS at_day
  FROM customers
),
present AS (
  SELECT customer_id, $by AS segment, at_day,
         CASE WHEN ended_at <= at_day + $horizon THEN 1 ELSE 0 END AS is_lost
  FROM customers, bounds
  WHERE started_at <= at_day AND (ended_at IS NULL OR ended_at > at_day)
),
pairs AS (
  SELECT p.customer_id, p.segment, p.is_lost,
         sum(CASE WHEN t.first_response_at IS NULL THEN 0 ELSE 1 END) AS answered,
         sum(CASE WHEN t.first_response_at <= t.created_at + $target THEN 1 ELSE 0 END) AS in_time
  FROM present p
  LEFT JOIN tickets t ON t.customer_id = p.customer_id AND t.merged_into_id IS NULL
    AND t.created_at >= p.at_day - $lookback AND t.first_response_at < p.at_day
  GROUP BY p.customer_id, p.segment, p.is_lost
),
counted AS (
  SELECT segment,
         CASE WHEN answered = 0 THEN 'no tickets'
              WHEN in_time = answered THEN 'all in time'
              WHEN in_time < answered / 2.0 THEN 'most too late'
              ELSE 'half or more in time' END AS answers,
         sum(in_time) AS in_time, sum(answered) AS answered, count(*) AS n, sum(is_lost) AS hits
  FROM pairs
  GROUP BY 1, 2
),
shares AS (
  SELECT *, round(100.0 * in_time / nullif(answered, 0), 1) AS in_time_pct, CAST(hits AS DOUBLE) / nullif(n, 0) AS p, 3.841458820694124 / nullif(n, 0) AS c FROM counted
)
SELECT segment, answers, in_time_pct, n, hits, round(100.0 * hits / nullif(n, 0), 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1)
FROM shares
ORDER BY segment, in_time_pct DESC NULLS LAST;
