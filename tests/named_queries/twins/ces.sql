WITH answers AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), s.responded_at) AS DATE) END AS period,
         $by AS segment, CASE WHEN s.score BETWEEN 1 AND 7 THEN s.score END AS score
  FROM surveys s
  LEFT JOIN tickets t ON s.ticket_id = t.ticket_id
  LEFT JOIN customers c ON s.customer_id = c.customer_id
  WHERE s.kind = 'ces' AND s.responded_at IS NOT NULL
    AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
),
counted AS (
  SELECT period, segment, count(score) AS n, CAST(sum(score) AS DOUBLE) / nullif(count(score), 0) AS mean,
         1.959963984540054 * sqrt(var_samp(score) / nullif(count(score), 0)) AS half,
         count(CASE WHEN score >= 5 THEN 1 END) AS hits,
         count(CASE WHEN score >= 6 THEN 1 END) AS up,
         count(CASE WHEN score <= 3 THEN 1 END) AS down
  FROM answers
  GROUP BY period, segment
),
shares AS (
  SELECT *, CAST(up - down AS DOUBLE) / nullif(n, 0) AS net, CAST(up + down AS DOUBLE) / nullif(n, 0) AS gross,
         CAST(hits AS DOUBLE) / nullif(n, 0) AS p, 3.841458820694124 / nullif(n, 0) AS c
  FROM counted
)
SELECT period, segment, n, round(mean, 2), round(mean - half, 2), round(mean + half, 2),
       round(100.0 * hits / nullif(n, 0), 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100.0 * (up - down) / nullif(n, 0), 1),
       round(100 * net - 1.959963984540054 * 100 * sqrt((gross - net * net) / n), 1),
       round(100 * net + 1.959963984540054 * 100 * sqrt((gross - net * net) / n), 1)
FROM shares
ORDER BY period, segment;
