WITH counted AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), created_at) AS DATE) END AS period,
         $by AS segment, count(*) AS tickets
  FROM tickets
  WHERE merged_into_id IS NULL AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY 1, 2
),
totals AS (
  SELECT period, sum(tickets) AS total FROM counted GROUP BY period
),
numbered AS (
  SELECT counted.*, total, row_number() OVER (PARTITION BY segment ORDER BY counted.period) AS place
  FROM counted
  JOIN totals ON totals.period IS NOT DISTINCT FROM counted.period
)
SELECT now.period, now.segment, now.tickets, round(100.0 * now.tickets / now.total, 1),
       round(100.0 * now.tickets / before.tickets - 100, 1)
FROM numbered AS now
LEFT JOIN numbered AS before
  ON before.place = now.place - 1 AND before.segment IS NOT DISTINCT FROM now.segment
ORDER BY now.period, now.segment;
