WITH contacts AS (
  SELECT coalesce(team, 'none') AS its_team, *,
         lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS next_at,
         max(created_at) OVER () AS newest_at
  FROM tickets
  WHERE merged_into_id IS NULL
),
told AS (
  SELECT *, CASE WHEN customer_id IS NULL OR created_at IS NULL THEN NULL
                 WHEN next_at <= created_at + INTERVAL '7 days' THEN FALSE
                 WHEN created_at + INTERVAL '7 days' > newest_at THEN NULL
                 ELSE TRUE END AS is_last
  FROM contacts
),
work AS (
  SELECT its_team, count(*) AS tickets, count(DISTINCT agent_id) AS agents,
         median(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS frt, count(CASE WHEN first_response_at >= created_at THEN 1 END) AS frt_n,
         100.0 * count(CASE WHEN first_response_sla_met THEN 1 END) / nullif(count(first_response_sla_met), 0) AS answered_in_time, count(first_response_sla_met) AS answered_n,
         100.0 * count(CASE WHEN first_resolved_at IS NOT NULL AND replies = 1 AND reopens = 0 THEN 1 END) / nullif(count(first_resolved_at), 0) AS one_touch,
         100.0 * count(CASE WHEN is_last THEN 1 END) / nullif(count(is_last), 0) AS no_repeat, count(is_last) AS decided,
         100.0 * count(CASE WHEN first_resolved_at IS NOT NULL AND reopens > 0 THEN 1 END) / nullif(count(first_resolved_at), 0) AS reopened, count(first_resolved_at) AS solved,
         100.0 * count(CASE WHEN sla_met THEN 1 END) / nullif(count(sla_met), 0) AS in_time, count(sla_met) AS in_time_n,
         avg(handle_seconds) / 60 AS aht, count(handle_seconds) AS aht_n,
         CAST(sum(cost) AS DOUBLE) / nullif(count(cost), 0) AS cost, count(cost) AS cost_n
  FROM told
  WHERE ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY its_team
),
answers AS (
  SELECT coalesce(team, 'none') AS answered_team, count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END) AS n, 100.0 * count(CASE WHEN score BETWEEN 4 AND 5 THEN 1 END) / nullif(count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END), 0) AS csat
  FROM surveys JOIN (SELECT DISTINCT ticket_id, team FROM tickets WHERE merged_into_id IS NULL) AS t ON t.ticket_id = surveys.ticket_id
  WHERE kind = 'csat' AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
  GROUP BY 1
)
SELECT its_team AS team, tickets, agents, round(frt, 1) AS frt_median_h, frt_n,
       round(answered_in_time, 1) AS answered_in_time_pct, answered_n AS answered_in_time_n,
       round(one_touch, 1) AS one_touch_pct, solved AS one_touch_n, round(no_repeat, 1) AS no_repeat_pct, decided AS no_repeat_n,
       round(reopened, 1) AS reopened_pct, solved AS reopened_n, round(in_time, 1) AS resolved_in_time_pct, in_time_n AS resolved_in_time_n,
       round(aht, 1) AS aht_min, aht_n, round(cost, 2) AS cost_per_ticket, cost_n, round(csat, 1) AS csat_pct, coalesce(n, 0) AS csat_n
FROM work LEFT JOIN answers ON answered_team = its_team
ORDER BY its_team
