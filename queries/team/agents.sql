-- title = "Agents"
-- question = "How do the agents compare: how much, how fast, how well, and on how many tickets does each number stand?"
-- topic = "team"
-- dated = "tickets by creation, CSAT by the date of the answer"
-- kpis = ["tickets_per_agent", "aht", "fcr_one_touch", "reopen_rate", "csat", "frt_median"]
-- chart = { kind = "bar", x = "agent", y = ["tickets"] }
-- needs.tickets = ["created_at", "agent_id", "first_response_at", "first_resolved_at", "replies", "reopens", "handle_seconds", "merged_into_id"]
-- needs.surveys = ["kind", "agent_id", "responded_at", "score"]
-- needs.agents = ["agent_id", "name", "team", "level", "site"]
-- param.from = { type = "date", optional = true, about = "tickets and answers of this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets and answers before this day" }
-- param.team = { type = "text", optional = true, about = "agents of this team only" }
-- param.min_tickets = { type = "integer", default = 1, about = "agents with as many tickets" }

-- A ticket is its last agent's. Every rate has its n: an interval from csat_low to csat_high that is
-- twenty points wide says that the order of the agents is mostly luck.
WITH
  handled AS (
    SELECT agent_id, count(*) AS tickets,
           aht_detail(handle_seconds) AS aht,
           duration_median_detail(created_at, first_response_at, 'hour') AS frt,
           fcr_detail(replies, reopens) FILTER (WHERE first_resolved_at IS NOT NULL) AS fcr,
           rate_detail(reopens > 0) FILTER (WHERE first_resolved_at IS NOT NULL) AS reopened
    FROM tickets
    WHERE merged_into_id IS NULL AND agent_id IS NOT NULL
      AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
    GROUP BY agent_id
  ),
  answers AS (
    SELECT agent_id, csat_detail(score) AS csat
    FROM surveys
    WHERE kind = 'csat' AND responded_at IS NOT NULL
      AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
    GROUP BY agent_id
  )
SELECT agents.team, handled.agent_id, agents.name AS agent, agents.level, agents.site, tickets,
       round(frt.duration_median, 1) AS frt_median_h, frt.n AS frt_n,
       round(fcr.fcr, 1) AS one_touch_pct, fcr.n AS one_touch_n,
       round(reopened.rate, 1) AS reopened_pct, reopened.n AS reopened_n,
       round(aht.aht / 60, 1) AS aht_min, aht.n AS aht_n,
       round(csat.csat, 1) AS csat_pct, round(csat.low, 1) AS csat_low, round(csat.high, 1) AS csat_high,
       coalesce(csat.n, 0) AS csat_n
FROM handled
  LEFT JOIN agents ON agents.agent_id = handled.agent_id
  LEFT JOIN answers ON answers.agent_id = handled.agent_id
WHERE tickets >= $min_tickets AND ($team IS NULL OR agents.team = $team)
ORDER BY agents.team, tickets DESC, handled.agent_id
