WITH week AS (
  SELECT date_trunc('week', CASE WHEN $day IS NULL THEN max(created_at) - INTERVAL '7 days'
                                 ELSE CAST($day AS TIMESTAMP WITH TIME ZONE) END) AS monday
  FROM tickets
),
labelled AS (
  SELECT 0 AS is_total, coalesce(team, 'none') AS label, monday, tickets.* FROM tickets, week WHERE merged_into_id IS NULL
  UNION ALL
  SELECT 1, 'all teams', monday, tickets.* FROM tickets, week WHERE merged_into_id IS NULL
),
this AS (
  SELECT is_total, label, count(*) AS tickets, median(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS frt,
         percentile_cont(0.9) WITHIN GROUP (ORDER BY CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS p90, count(CASE WHEN first_response_at >= created_at THEN 1 END) AS answered,
         100.0 * count(CASE WHEN first_response_sla_met THEN 1 END) / nullif(count(first_response_sla_met), 0) AS answered_in_time, count(first_response_sla_met) AS answered_n,
         100.0 * count(CASE WHEN first_resolved_at IS NOT NULL AND replies = 1 AND reopens = 0 THEN 1 END) / nullif(count(first_resolved_at), 0) AS one_touch, count(first_resolved_at) AS solved,
         100.0 * count(CASE WHEN sla_met THEN 1 END) / nullif(count(sla_met), 0) AS in_time, count(sla_met) AS in_time_n,
         avg(handle_seconds) / 60 AS aht, count(handle_seconds) AS aht_n
  FROM labelled
  WHERE created_at >= monday AND created_at < monday + INTERVAL '7 days'
  GROUP BY is_total, label
),
levels AS (
  SELECT is_total AS total_of, label AS label_of, monday,
         count(CASE WHEN created_at >= monday - INTERVAL '7 days' AND created_at < monday THEN 1 END) AS before,
         count(CASE WHEN created_at < monday + INTERVAL '7 days' AND (closed_at IS NULL OR closed_at > monday + INTERVAL '7 days') THEN 1 END) AS open_at_end,
         count(CASE WHEN created_at < monday + INTERVAL '7 days' AND due_at < monday + INTERVAL '7 days'
                     AND (closed_at IS NULL OR closed_at > monday + INTERVAL '7 days') THEN 1 END) AS overdue
  FROM labelled
  GROUP BY is_total, label, monday
),
answers AS (
  SELECT l.is_total AS csat_total, l.label AS csat_label, count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END) AS n, 100.0 * count(CASE WHEN score BETWEEN 4 AND 5 THEN 1 END) / nullif(count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END), 0) AS csat
  FROM surveys JOIN labelled AS l ON l.ticket_id = surveys.ticket_id
  WHERE kind = 'csat' AND responded_at >= monday AND responded_at < monday + INTERVAL '7 days'
    AND l.created_at < monday + INTERVAL '7 days'
  GROUP BY l.is_total, l.label
)
SELECT CAST(monday AS DATE) AS week, label_of AS team, coalesce(tickets, 0) AS tickets, before, round(frt, 1) AS frt_median_h,
       round(p90, 1) AS frt_p90_h, coalesce(answered, 0) AS answered_n, round(answered_in_time, 1) AS answered_in_time_pct,
       coalesce(answered_n, 0) AS answered_in_time_n, round(one_touch, 1) AS one_touch_pct, coalesce(solved, 0) AS one_touch_n,
       round(in_time, 1) AS resolved_in_time_pct, coalesce(in_time_n, 0) AS resolved_in_time_n, round(csat, 1) AS csat_pct,
       coalesce(n, 0) AS csat_n, round(aht, 1) AS aht_min, coalesce(aht_n, 0) AS aht_n, open_at_end, overdue AS overdue_at_end
FROM levels
  LEFT JOIN this ON is_total = total_of AND label = label_of
  LEFT JOIN answers ON csat_total = total_of AND csat_label = label_of
WHERE coalesce(tickets, 0) + before + open_at_end > 0
ORDER BY total_of, label_of
