WITH targets AS (
  SELECT $by AS segment, first_response_sla_met AS met,
         first_response_due_at AT TIME ZONE $zone AS due
  FROM tickets
  WHERE merged_into_id IS NULL AND first_response_sla_met IS NOT NULL AND first_response_due_at IS NOT NULL
),
days AS (
  SELECT segment, met, CAST(date_part('isodow', due) AS INTEGER) AS day
  FROM targets
  WHERE ($from IS NULL OR CAST(due AS DATE) >= $from) AND ($to IS NULL OR CAST(due AS DATE) < $to)
),
levels AS (
  SELECT segment, met, 0 AS part, 0 AS day FROM days
  UNION ALL
  SELECT segment, met, CASE WHEN day >= 6 THEN 1 ELSE 2 END AS part, 0 AS day FROM days
  UNION ALL
  SELECT segment, met, CASE WHEN day >= 6 THEN 1 ELSE 2 END AS part, day FROM days
),
counted AS (
  SELECT segment, part, day, count(*) AS n, count(CASE WHEN NOT met THEN 1 END) AS hits
  FROM levels
  GROUP BY segment, part, day
),
shares AS (
  SELECT counted.*, total.hits AS of_all, CAST(counted.hits AS DOUBLE) / nullif(counted.n, 0) AS p, 3.841458820694124 / nullif(counted.n, 0) AS c
  FROM counted
  JOIN counted AS total ON total.part = 0 AND total.segment IS NOT DISTINCT FROM counted.segment
)
SELECT segment,
       CASE part WHEN 0 THEN 'all' WHEN 1 THEN 'weekend' ELSE 'workdays' END AS part_name,
       CASE day WHEN 1 THEN 'Monday' WHEN 2 THEN 'Tuesday' WHEN 3 THEN 'Wednesday'
                WHEN 4 THEN 'Thursday' WHEN 5 THEN 'Friday' WHEN 6 THEN 'Saturday'
                WHEN 7 THEN 'Sunday' ELSE 'all' END AS weekday,
       n, hits, round(100.0 * hits / nullif(n, 0), 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100.0 * hits / nullif(of_all, 0), 1)
FROM shares
ORDER BY segment, part, day;
