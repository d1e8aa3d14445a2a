WITH answers AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), s.responded_at) AS DATE) END AS period,
         s.kind AS kind, $by AS segment, s.score AS score,
         CASE s.kind WHEN 'csat' THEN 5 WHEN 'ces' THEN 7 ELSE 10 END AS highest
  FROM surveys s
  LEFT JOIN tickets t ON s.ticket_id = t.ticket_id
  LEFT JOIN customers c ON s.customer_id = c.customer_id
  WHERE s.responded_at IS NOT NULL
    AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
),
figures AS (
  SELECT period, kind, segment, count(score) AS n, 100.0 * sum(score) / nullif(count(score) * max(highest), 0) AS mean,
         1.959963984540054 * sqrt(var_samp(100.0 * score / highest) / nullif(count(score), 0)) AS half
  FROM (SELECT period, kind, segment, highest,
               CASE WHEN score BETWEEN 0 AND highest THEN score END AS score FROM answers) AS valid
  GROUP BY period, kind, segment
)
SELECT period, kind, segment, n, round(mean, 1), round(mean - half, 1), round(mean + half, 1)
FROM figures
ORDER BY period, kind, segment;
