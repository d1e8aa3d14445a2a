-- Wilson's interval of a share p with c = z^2 / n.
WITH counted AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), created_at) AS DATE) END AS period,
         $by AS segment,
         count(is_escalated) AS n,
         count(CASE WHEN is_escalated THEN 1 END) AS hits
  FROM tickets
  WHERE merged_into_id IS NULL AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY 1, 2
),
shares AS (
  SELECT *, CAST(hits AS DOUBLE) / nullif(n, 0) AS p, 3.841458820694124 / nullif(n, 0) AS c FROM counted
)
SELECT period, segment, n, hits, round(100.0 * hits / nullif(n, 0), 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1)
FROM shares
ORDER BY period, segment;
