-- Wilson's interval of a share p with c = z^2 / n.
WITH counted AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), s.responded_at) AS DATE) END AS period,
         $by AS segment,
         count(CASE WHEN s.score BETWEEN 1 AND 5 THEN s.score >= $satisfied_from END) AS n,
         count(CASE WHEN CASE WHEN s.score BETWEEN 1 AND 5 THEN s.score >= $satisfied_from END THEN 1 END) AS hits
  FROM surveys s
  LEFT JOIN tickets t ON s.ticket_id = t.ticket_id
  LEFT JOIN customers c ON s.customer_id = c.customer_id
  WHERE s.kind = 'csat' AND s.responded_at IS NOT NULL
     AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
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
