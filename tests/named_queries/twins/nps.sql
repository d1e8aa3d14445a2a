WITH answers AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), s.responded_at) AS DATE) END AS period,
         $by AS segment, count(CASE WHEN s.score BETWEEN 0 AND 10 THEN 1 END) AS n,
         count(CASE WHEN s.score BETWEEN 9 AND 10 THEN 1 END) AS up,
         count(CASE WHEN s.score IN (7, 8) THEN 1 END) AS passive,
         count(CASE WHEN s.score BETWEEN 0 AND 6 THEN 1 END) AS down
  FROM surveys s
  LEFT JOIN customers c ON s.customer_id = c.customer_id
  WHERE s.kind = 'nps' AND s.responded_at IS NOT NULL
    AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
  GROUP BY 1, 2
),
shares AS (
  SELECT *, CAST(up - down AS DOUBLE) / nullif(n, 0) AS net, CAST(up + down AS DOUBLE) / nullif(n, 0) AS gross
  FROM answers
)
SELECT period, segment, n, up, passive, down, round(100.0 * (up - down) / nullif(n, 0), 1),
       round(100 * net - 1.959963984540054 * 100 * sqrt((gross - net * net) / n), 1),
       round(100 * net + 1.959963984540054 * 100 * sqrt((gross - net * net) / n), 1)
FROM shares
ORDER BY period, segment;
