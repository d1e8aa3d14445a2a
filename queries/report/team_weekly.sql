-- title = "Teams, weekly"
-- question = "How did each team do this week: how much came in, how fast, how well, and what is left?"
-- topic = "report"
-- dated = "tickets by creation, CSAT by the date of the answer, backlog at the end of the week"
-- kpis = ["ticket_volume", "frt_median", "frt_p90", "first_response_sla", "fcr_one_touch", "sla_rate", "csat", "aht", "backlog", "overdue_backlog"]
-- chart = { kind = "bar", x = "team", y = ["tickets", "open_at_end"] }
-- needs.tickets = ["ticket_id", "created_at", "team", "first_response_at", "first_resolved_at", "closed_at", "due_at", "first_response_sla_met", "sla_met", "replies", "reopens", "handle_seconds", "merged_into_id"]
-- needs.surveys = ["kind", "ticket_id", "responded_at", "score"]
-- param.day = { type = "date", optional = true, about = "a day of the week (Monday to Sunday); the last whole week of the tickets when absent" }

-- The team is the last one that had the ticket. The last row is about all teams together.
WITH
  week AS (
    SELECT date_trunc('week', coalesce(CAST($day AS TIMESTAMP WITH TIME ZONE), max(created_at) - INTERVAL '7 days')) AS starts
    FROM tickets
  ),
  -- Some tickets have no team: nobody has looked at them, or a bot was enough.
  t AS (
    SELECT tickets.*, coalesce(team, 'none') AS its_team, starts, starts + INTERVAL '7 days' AS ends
    FROM tickets CROSS JOIN week
    WHERE merged_into_id IS NULL AND created_at < starts + INTERVAL '7 days'
  ),
  flow AS (
    SELECT grouping(its_team) AS is_total, its_team,
           count(*) FILTER (WHERE created_at >= starts) AS tickets,
           count(*) FILTER (WHERE created_at >= starts - INTERVAL '7 days' AND created_at < starts) AS before,
           duration_median_detail(created_at, first_response_at, 'hour') FILTER (WHERE created_at >= starts) AS frt,
           duration_quantile(created_at, first_response_at, 0.9, 'hour') FILTER (WHERE created_at >= starts) AS frt_p90,
           sla_rate_detail(first_response_sla_met) FILTER (WHERE created_at >= starts) AS first_response_sla,
           fcr_detail(replies, reopens) FILTER (WHERE created_at >= starts AND first_resolved_at IS NOT NULL) AS fcr,
           sla_rate_detail(sla_met) FILTER (WHERE created_at >= starts) AS sla,
           aht_detail(handle_seconds) FILTER (WHERE created_at >= starts) AS aht,
           backlog(created_at, closed_at, ends) AS open_at_end,
           overdue_backlog(created_at, closed_at, due_at, ends) AS overdue_at_end
    FROM t
    GROUP BY GROUPING SETS ((its_team), ())
  ),
  team_of AS (
    SELECT ticket_id, max(its_team) AS its_team FROM t GROUP BY ticket_id
  ),
  answers AS (
    SELECT grouping(its_team) AS is_all, its_team AS answered_team, csat_detail(score) AS csat
    FROM surveys JOIN team_of USING (ticket_id) CROSS JOIN week
    WHERE kind = 'csat' AND responded_at >= starts AND responded_at < starts + INTERVAL '7 days'
    GROUP BY GROUPING SETS ((its_team), ())
  )
SELECT CAST(starts AS DATE) AS week, if(is_total = 1, 'all teams', its_team) AS team, tickets, before,
       round(frt.duration_median, 1) AS frt_median_h, round(frt_p90, 1) AS frt_p90_h, frt.n AS answered_n,
       round(first_response_sla.sla_rate, 1) AS answered_in_time_pct, first_response_sla.n AS answered_in_time_n,
       round(fcr.fcr, 1) AS one_touch_pct, fcr.n AS one_touch_n,
       round(sla.sla_rate, 1) AS resolved_in_time_pct, sla.n AS resolved_in_time_n,
       round(csat.csat, 1) AS csat_pct, round(csat.low, 1) AS csat_low, round(csat.high, 1) AS csat_high,
       coalesce(csat.n, 0) AS csat_n,
       round(aht.aht / 60, 1) AS aht_min, aht.n AS aht_n, open_at_end, overdue_at_end
FROM flow
  LEFT JOIN answers ON is_all = is_total AND answered_team IS NOT DISTINCT FROM its_team
  CROSS JOIN week
WHERE tickets + before + open_at_end > 0
ORDER BY is_total, team
