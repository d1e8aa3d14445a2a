WITH counted AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), o.sent_at) AS DATE) END AS period,
         $by AS segment, count(o.is_delivered) AS sent, count(CASE WHEN o.is_delivered THEN 1 END) AS delivered,
         count(CASE WHEN o.is_delivered THEN o.is_engaged END) AS n,
         count(CASE WHEN o.is_delivered AND o.is_engaged THEN 1 END) AS hits
  FROM outreach o
  LEFT JOIN customers c ON o.customer_id = c.customer_id
  WHERE ($from IS NULL OR o.sent_at >= $from) AND ($to IS NULL OR o.sent_at < $to)
  GROUP BY 1, 2
),
shares AS (
  SELECT *, CAST(hits AS DOUBLE) / nullif(n, 0) AS p, 3.841458820694124 / nullif(n, 0) AS c FROM counted
)
SELECT period, segment, sent, round(100.0 * delivered / nullif(sent, 0), 1), n, hits, round(100.0 * hits / nullif(n, 0), 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1)
FROM shares
ORDER BY period, segment;
