-- title = "Teams"
-- question = "How do the teams compare: how much, how fast, how well and how dear, and on how many tickets does each number stand?"
-- topic = "team"
-- dated = "tickets by creation, CSAT by the date of the answer"
-- kpis = ["tickets_per_agent", "frt_median", "first_response_sla", "fcr_one_touch", "fcr_no_repeat", "reopen_rate", "sla_rate", "aht", "cost_per_ticket", "csat"]
-- chart = { kind = "bar", x = "team", y = ["csat_pct"] }
-- needs.tickets = ["ticket_id", "created_at", "customer_id", "team", "agent_id", "first_response_at", "first_resolved_at", "first_response_sla_met", "sla_met", "replies", "reopens", "handle_seconds", "cost", "merged_into_id"]
-- needs.surveys = ["kind", "ticket_id", "responded_at", "score"]
-- param.from = { type = "date", optional = true, about = "tickets and answers of this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets and answers before this day" }

-- A ticket is its last team's, so tickets that tier2 took over count there. A repeat contact counts
-- against the team of the first contact, whichever team gets the second.
WITH
  t AS (
    SELECT ticket_id, created_at, coalesce(team, 'none') AS team, agent_id, first_response_at, first_resolved_at,
           first_response_sla_met, sla_met, replies, reopens, handle_seconds, cost,
           recontacted(created_at, INTERVAL '7 days') OVER (PARTITION BY customer_id ORDER BY created_at) AS is_repeated
    FROM tickets
    WHERE merged_into_id IS NULL
  ),
  work AS (
    SELECT team, count(*) AS tickets, count(DISTINCT agent_id) AS agents,
           duration_median_detail(created_at, first_response_at, 'hour') AS frt,
           sla_rate_detail(first_response_sla_met) AS first_sla,
           fcr_detail(replies, reopens) FILTER (WHERE first_resolved_at IS NOT NULL) AS one_touch,
           rate_detail(NOT is_repeated) AS no_repeat,
           rate_detail(reopens > 0) FILTER (WHERE first_resolved_at IS NOT NULL) AS reopened,
           sla_rate_detail(sla_met) AS sla,
           aht_detail(handle_seconds) AS aht,
           cost_per_ticket_detail(cost) AS cost
    FROM t
    WHERE ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
    GROUP BY team
  ),
  answered AS (
    SELECT ticket_id, score
    FROM surveys
    WHERE kind = 'csat' AND responded_at IS NOT NULL
      AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
  ),
  -- One row a ticket, so that no answer is counted twice.
  team_of AS (
    SELECT ticket_id, max(team) AS team
    FROM t
    WHERE ticket_id IN (SELECT ticket_id FROM answered)
    GROUP BY ticket_id
  ),
  answers AS (
    SELECT team, csat_detail(score) AS csat
    FROM answered JOIN team_of ON team_of.ticket_id = answered.ticket_id
    GROUP BY team
  )
SELECT work.team, tickets, agents, round(frt.duration_median, 1) AS frt_median_h, frt.n AS frt_n,
       round(first_sla.sla_rate, 1) AS answered_in_time_pct, first_sla.n AS answered_in_time_n,
       round(one_touch.fcr, 1) AS one_touch_pct, one_touch.n AS one_touch_n,
       round(no_repeat.rate, 1) AS no_repeat_pct, no_repeat.n AS no_repeat_n,
       round(reopened.rate, 1) AS reopened_pct, reopened.n AS reopened_n,
       round(sla.sla_rate, 1) AS resolved_in_time_pct, sla.n AS resolved_in_time_n,
       round(aht.aht / 60, 1) AS aht_min, aht.n AS aht_n, round(cost.cost_per_ticket, 2) AS cost_per_ticket, cost.n AS cost_n,
       round(csat.csat, 1) AS csat_pct, round(csat.low, 1) AS csat_low, round(csat.high, 1) AS csat_high,
       coalesce(csat.n, 0) AS csat_n
FROM work LEFT JOIN answers ON answers.team = work.team
ORDER BY work.team
