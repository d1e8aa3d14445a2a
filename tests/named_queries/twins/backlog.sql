-- Every ticket against every end of a period.
WITH RECURSIVE tickets_here AS (
  SELECT * REPLACE (created_at AT TIME ZONE $zone AS created_at, closed_at AT TIME ZONE $zone AS closed_at,
                    due_at AT TIME ZONE $zone AS due_at)
  FROM tickets
),
bounds AS (
  SELECT min(created_at) AS first,
         CASE WHEN max(closed_at) > max(created_at) THEN max(closed_at) ELSE max(created_at) END AS last
  FROM tickets_here
),
days AS (
  SELECT CAST(first AS DATE) AS day FROM bounds
  UNION ALL
  SELECT CAST(day + INTERVAL '1 day' AS DATE) AS day FROM days, bounds WHERE day <= last
),
starts AS (
  SELECT DISTINCT CAST(date_trunc($grain, day) AS DATE) AS starts FROM days
),
periods AS (
  SELECT starts, lead(starts) OVER (ORDER BY starts) AS ends FROM starts
),
segments AS (
  SELECT DISTINCT $by AS segment FROM tickets_here WHERE merged_into_id IS NULL
),
t AS (
  SELECT $by AS segment, created_at, closed_at, due_at FROM tickets_here
  WHERE merged_into_id IS NULL AND created_at IS NOT NULL
    AND (closed_at IS NULL OR closed_at >= created_at)
),
counted AS (
  SELECT starts, segment,
         count(CASE WHEN created_at > starts THEN 1 END) AS opened,
         count(CASE WHEN closed_at > starts AND closed_at <= ends THEN 1 END) AS closed,
         count(CASE WHEN closed_at IS NULL OR closed_at > ends THEN 1 END) AS open_at_end,
         count(CASE WHEN due_at < ends AND (closed_at IS NULL OR closed_at > ends) THEN 1 END) AS overdue
  FROM periods
  JOIN t ON created_at <= ends AND (closed_at IS NULL OR closed_at > starts)
  GROUP BY starts, segment
)
SELECT periods.starts, segments.segment, coalesce(opened, 0), coalesce(closed, 0),
       coalesce(open_at_end, 0), coalesce(overdue, 0)
FROM periods
CROSS JOIN segments
CROSS JOIN bounds
LEFT JOIN counted ON counted.starts = periods.starts AND counted.segment IS NOT DISTINCT FROM segments.segment
WHERE ends <= last AND ($from IS NULL OR periods.starts >= $from) AND ($to IS NULL OR periods.starts < $to)
ORDER BY periods.starts, segments.segment;
