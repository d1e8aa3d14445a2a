WITH handled AS (
  SELECT agent_id, count(*) AS tickets, median(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS frt, count(CASE WHEN first_response_at >= created_at THEN 1 END) AS frt_n,
         100.0 * count(CASE WHEN first_resolved_at IS NOT NULL AND replies = 1 AND reopens = 0 THEN 1 END) / nullif(count(first_resolved_at), 0) AS one_touch,
         100.0 * count(CASE WHEN first_resolved_at IS NOT NULL AND reopens > 0 THEN 1 END) / nullif(count(first_resolved_at), 0) AS reopened,
         count(first_resolved_at) AS solved, avg(handle_seconds) / 60 AS aht, count(handle_seconds) AS aht_n
  FROM tickets
  WHERE merged_into_id IS NULL AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY agent_id
),
answers AS (
  SELECT agent_id, count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END) AS n, 100.0 * count(CASE WHEN score BETWEEN 4 AND 5 THEN 1 END) / nullif(count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END), 0) AS csat
  FROM surveys
  WHERE kind = 'csat' AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
  GROUP BY agent_id
)
SELECT agents.team, agents.agent_id, name AS agent, level, site, tickets, round(frt, 1) AS frt_median_h, frt_n,
       round(one_touch, 1) AS one_touch_pct, solved AS one_touch_n, round(reopened, 1) AS reopened_pct, solved AS reopened_n,
       round(aht, 1) AS aht_min, aht_n, round(csat, 1) AS csat_pct, coalesce(n, 0) AS csat_n
FROM agents
  JOIN handled ON handled.agent_id = agents.agent_id
  LEFT JOIN answers ON answers.agent_id = agents.agent_id
WHERE tickets >= $min_tickets AND ($team IS NULL OR agents.team = $team)
ORDER BY agents.team, tickets DESC, agents.agent_id
