WITH targets AS (
  SELECT $by AS segment, first_response_sla_met AS met,
         first_response_due_at AT TIME ZONE $zone AS due
  FROM tickets
  WHERE merged_into_id IS NULL AND first_response_sla_met IS NOT NULL AND first_response_due_at IS NOT NULL
),
hours AS (
  SELECT segment, met, CAST(date_part('isodow', due) AS INTEGER) AS day,
         CAST(date_part('hour', due) AS INTEGER) AS hour
  FROM targets
  WHERE ($from IS NULL OR CAST(due AS DATE) >= $from) AND ($to IS NULL OR CAST(due AS DATE) < $to)
),
levels AS (
  SELECT segment, met, 0 AS day, hour FROM hours
  UNION ALL
  SELECT segment, met, day, hour FROM hours
),
counted AS (
  SELECT segment, day, hour, count(*) AS n, count(CASE WHEN NOT met THEN 1 END) AS hits
  FROM levels
  GROUP BY segment, day, hour
),
shares AS (
  SELECT counted.*, CAST(hits AS DOUBLE) / n AS p, 3.841458820694124 / n AS c FROM counted
)
SELECT segment,
       CASE day WHEN 1 THEN 'Monday' WHEN 2 THEN 'Tuesday' WHEN 3 THEN 'Wednesday'
                WHEN 4 THEN 'Thursday' WHEN 5 THEN 'Friday' WHEN 6 THEN 'Saturday'
                WHEN 7 THEN 'Sunday' ELSE 'all' END AS weekday,
       hour, n, hits, round(100.0 * hits / n, 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1)
FROM shares
ORDER BY segment, day, hour;
