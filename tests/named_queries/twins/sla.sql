-- Wilson's interval of a share p with c = z^2 / n.
WITH t AS (
  SELECT *,
         CASE WHEN $clock = 'resolution' THEN sla_met ELSE first_response_sla_met END AS met,
         CASE WHEN $clock = 'resolution' THEN due_at ELSE first_response_due_at END AS target,
         CASE WHEN $clock = 'resolution' THEN resolved_at ELSE first_response_at END AS finished_at
  FROM tickets
),
counted AS (
  SELECT CASE WHEN $grain = 'all' THEN $from
              ELSE CAST(date_trunc(replace($grain, 'all', 'year'), created_at) AS DATE) END AS period,
         $by AS segment,
         count(met) AS n,
         count(CASE WHEN met THEN 1 END) AS hits,
         count(CASE WHEN finished_at IS NOT NULL AND target IS NOT NULL THEN 1 END) AS finished,
         count(CASE WHEN finished_at <= target THEN 1 END) AS on_time,
         count(target) AS targeted,
         count(CASE WHEN met AND target IS NOT NULL THEN 1 END) AS met_of_targeted
  FROM t
  WHERE merged_into_id IS NULL AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY 1, 2
),
shares AS (
  SELECT *, CAST(hits AS DOUBLE) / nullif(n, 0) AS p, 3.841458820694124 / nullif(n, 0) AS c FROM counted
)
SELECT period, segment, n, round(100.0 * hits / nullif(n, 0), 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       finished, round(100.0 * on_time / nullif(finished, 0), 1),
       targeted, round(100.0 * met_of_targeted / nullif(targeted, 0), 1)
FROM shares
ORDER BY period, segment;
