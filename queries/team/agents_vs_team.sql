-- title = "Agents who beat the CSAT of their team"
-- question = "Which agents beat the team's CSAT, with at least 50 answers?"
-- topic = "team"
-- dated = "answers by responded_at"
-- kpis = ["csat"]
-- chart = { kind = "bar", x = "agent", y = ["csat_pct", "team_csat_pct"] }
-- needs.surveys = ["kind", "agent_id", "responded_at", "score"]
-- needs.agents = ["agent_id", "name", "team"]
-- param.from = { type = "date", optional = true, about = "answers of this day or later" }
-- param.to = { type = "date", optional = true, about = "answers before this day" }
-- param.min_answers = { type = "integer", default = 50, about = "agents with as many answers" }

-- An answer is about the last agent of the ticket, and about the team of that agent, whose CSAT has the
-- agent in it. is_clear: the whole 95% interval of the agent lies above the team.
WITH
  answers AS (
    SELECT agents.agent_id, agents.name, agents.team, surveys.score
    FROM surveys JOIN agents ON agents.agent_id = surveys.agent_id
    WHERE surveys.kind = 'csat' AND surveys.responded_at IS NOT NULL
      AND ($from IS NULL OR surveys.responded_at >= $from) AND ($to IS NULL OR surveys.responded_at < $to)
  ),
  teams AS (SELECT team, csat_detail(score) AS csat FROM answers GROUP BY team),
  people AS (SELECT team, agent_id, name, csat_detail(score) AS csat FROM answers GROUP BY team, agent_id, name)
SELECT people.team, people.agent_id, people.name AS agent, round(people.csat.csat, 1) AS csat_pct,
       round(people.csat.low, 1) AS low, round(people.csat.high, 1) AS high, people.csat.n AS n,
       round(teams.csat.csat, 1) AS team_csat_pct, teams.csat.n AS team_n,
       round(people.csat.csat - teams.csat.csat, 1) AS above, people.csat.low > teams.csat.csat AS is_clear
FROM people JOIN teams ON teams.team = people.team
WHERE people.csat.n >= $min_answers AND people.csat.csat > teams.csat.csat
ORDER BY people.csat.csat - teams.csat.csat DESC, people.agent_id
