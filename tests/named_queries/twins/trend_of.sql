-- Every pair of months has a slope: the median is Sen's, and the ends are slopes of ranks from the variance of
-- Kendall's S with ties. p is left out, which needs the normal distribution.
WITH known AS (
  SELECT CAST(date_trunc('month', min(created_at) + INTERVAL '1 month' - INTERVAL '1 day') AS DATE) AS first,
         CAST(date_trunc('month', max(created_at)) AS DATE) AS last
  FROM tickets
  WHERE merged_into_id IS NULL
),
t AS (
  SELECT * FROM tickets WHERE merged_into_id IS NULL AND created_at IS NOT NULL
),
of_tickets AS (
  SELECT $by AS segment, CAST(date_trunc('month', created_at) AS DATE) AS month, *,
         CASE WHEN first_response_at >= created_at THEN date_part('epoch', first_response_at) - date_part('epoch', created_at) END AS wait,
         CASE WHEN resolved_at >= created_at THEN date_part('epoch', resolved_at) - date_part('epoch', created_at) END AS took
  FROM t
),
of_answers AS (
  SELECT $by AS segment, CAST(date_trunc('month', s.responded_at) AS DATE) AS month, s.kind, s.score
  FROM surveys s
  LEFT JOIN tickets t ON t.ticket_id = s.ticket_id
  WHERE s.responded_at IS NOT NULL
),
lines AS (
  SELECT 'ticket_volume' AS kpi, segment, month, CAST(count(*) AS DOUBLE) AS value, count(*) AS n FROM of_tickets GROUP BY segment, month
  UNION ALL
  SELECT 'frt_median', segment, month, median(wait) / 3600.0, count(wait) FROM of_tickets GROUP BY segment, month
  UNION ALL
  SELECT 'first_response_sla', segment, month, 100.0 * count(CASE WHEN first_response_sla_met THEN 1 END) / nullif(count(first_response_sla_met), 0), count(first_response_sla_met) FROM of_tickets GROUP BY segment, month
  UNION ALL
  SELECT 'art_median', segment, month, median(took) / 3600.0, count(took) FROM of_tickets GROUP BY segment, month
  UNION ALL
  SELECT 'sla_rate', segment, month, 100.0 * count(CASE WHEN sla_met THEN 1 END) / nullif(count(sla_met), 0), count(sla_met) FROM of_tickets GROUP BY segment, month
  UNION ALL
  SELECT 'fcr_one_touch', segment, month, 100.0 * count(CASE WHEN replies = 1 AND reopens = 0 THEN 1 END) / nullif(count(replies + reopens), 0), count(replies + reopens) FROM of_tickets WHERE first_resolved_at IS NOT NULL GROUP BY segment, month
  UNION ALL
  SELECT 'reopen_rate', segment, month, 100.0 * count(CASE WHEN reopens > 0 THEN 1 END) / nullif(count(reopens), 0), count(reopens) FROM of_tickets WHERE first_resolved_at IS NOT NULL GROUP BY segment, month
  UNION ALL
  SELECT 'escalation_rate', segment, month, 100.0 * count(CASE WHEN is_escalated THEN 1 END) / nullif(count(is_escalated), 0), count(is_escalated) FROM of_tickets GROUP BY segment, month
  UNION ALL
  SELECT 'complaint_rate', segment, month, 100.0 * count(CASE WHEN is_complaint THEN 1 END) / nullif(count(is_complaint), 0), count(is_complaint) FROM of_tickets GROUP BY segment, month
  UNION ALL
  SELECT 'aht', segment, month, CAST(sum(handle_seconds) AS DOUBLE) / nullif(count(handle_seconds), 0), count(handle_seconds) FROM of_tickets GROUP BY segment, month
  UNION ALL
  SELECT 'cost_per_ticket', segment, month, CAST(sum(CAST(cost * 100 AS BIGINT)) AS DOUBLE) / nullif(count(cost) * 100.0, 0), count(cost) FROM of_tickets GROUP BY segment, month
  UNION ALL
  SELECT 'csat', segment, month, 100.0 * count(CASE WHEN score >= 4 THEN 1 END) / count(*), count(*) FROM of_answers WHERE kind = 'csat' AND score BETWEEN 1 AND 5 GROUP BY segment, month
  UNION ALL
  SELECT 'ces', segment, month, CAST(sum(score) AS DOUBLE) / count(*), count(*) FROM of_answers WHERE kind = 'ces' AND score BETWEEN 1 AND 7 GROUP BY segment, month
  UNION ALL
  SELECT 'nps', segment, month, 100.0 * (count(CASE WHEN score >= 9 THEN 1 END) - count(CASE WHEN score <= 6 THEN 1 END)) / count(*), count(*) FROM of_answers WHERE kind = 'nps' AND score BETWEEN 0 AND 10 AND segment IS NOT NULL GROUP BY segment, month
),
points AS (
  SELECT kpi, coalesce(segment, '(none)') AS segment, month, 12 * date_part('year', month) + date_part('month', month) AS i, CAST(value AS DOUBLE) AS value, n
  FROM lines
  CROSS JOIN known
  WHERE month >= first AND month < last AND value IS NOT NULL
    AND ($from IS NULL OR month >= $from) AND ($to IS NULL OR month < $to)
),
totals AS (
  SELECT kpi, segment, CAST(count(*) AS BIGINT) AS months, CAST(sum(n) AS BIGINT) AS cases, min(i) AS i1, max(i) AS i2
  FROM points
  GROUP BY kpi, segment
),
ties AS (
  SELECT kpi, segment, sum(size * (size - 1) * (2 * size + 5)) AS tied
  FROM (SELECT kpi, segment, value, count(*) AS size FROM points GROUP BY kpi, segment, value) AS sizes
  GROUP BY kpi, segment
),
slopes AS (
  SELECT a.kpi, a.segment, (b.value - a.value) / (b.i - a.i) AS slope
  FROM points AS a
  JOIN points AS b ON b.kpi = a.kpi AND b.segment = a.segment AND b.i > a.i
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY kpi, segment ORDER BY slope) - 1 AS place,
         count(*) OVER (PARTITION BY kpi, segment) AS pairs
  FROM slopes
),
spread AS (
  SELECT totals.kpi, totals.segment, months, cases, i1, i2, (months * (months - 1) * (2 * months + 5) - tied) / 18.0 AS variance
  FROM totals
  JOIN ties ON ties.kpi = totals.kpi AND ties.segment = totals.segment
),
ends AS (
  SELECT spread.kpi, spread.segment, median(slope) AS slope,
         max(CASE WHEN months >= 4 AND variance > 0 AND place = greatest(floor((pairs - 1.959963984540054 * sqrt(variance)) / 2 + 0.5) - 1, 0) THEN slope END) AS low,
         max(CASE WHEN months >= 4 AND variance > 0 AND place = least(floor((pairs + 1.959963984540054 * sqrt(variance)) / 2 + 0.5), pairs - 1) THEN slope END) AS high
  FROM spread
  JOIN ranked ON ranked.kpi = spread.kpi AND ranked.segment = spread.segment
  GROUP BY spread.kpi, spread.segment
)
SELECT spread.kpi, nullif(spread.segment, '(none)') AS segment, months, cases, round(a.value, 1) AS first_value,
       round(z.value, 1) AS last_value, round(slope, 3) AS slope, round(low, 3) AS low, round(high, 3) AS high
FROM spread
JOIN points AS a ON a.kpi = spread.kpi AND a.segment = spread.segment AND a.i = i1
JOIN points AS z ON z.kpi = spread.kpi AND z.segment = spread.segment AND z.i = i2
LEFT JOIN ends ON ends.kpi = spread.kpi AND ends.segment = spread.segment
ORDER BY spread.kpi, nullif(spread.segment, '(none)');
