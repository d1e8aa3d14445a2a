WITH answers AS (
  SELECT a.agent_id, a.name, a.team, s.score
  FROM surveys AS s, agents AS a
  WHERE s.agent_id = a.agent_id AND s.kind = 'csat' AND s.score BETWEEN 1 AND 5
    AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
),
people AS (
  SELECT team, agent_id, name, CAST(count(*) AS DOUBLE) AS n,
         count(CASE WHEN score >= 4 THEN 1 END) / CAST(count(*) AS DOUBLE) AS p
  FROM answers
  GROUP BY team, agent_id, name
),
compared AS (
  SELECT people.*, (SELECT count(*) FROM answers WHERE answers.team = people.team) AS team_n,
         (SELECT avg(CASE WHEN score >= 4 THEN 1.0 ELSE 0.0 END) FROM answers WHERE answers.team = people.team) AS team_p
  FROM people
)
SELECT team, agent_id, name AS agent, round(100 * p, 1) AS csat_pct,
       round(100 * (p + 1.920729410347062 / n - sqrt(3.841458820694124 * (p * (1 - p) + 0.960364705173531 / n) / n)) / (1 + 3.841458820694124 / n), 1) AS low,
       round(100 * (p + 1.920729410347062 / n + sqrt(3.841458820694124 * (p * (1 - p) + 0.960364705173531 / n) / n)) / (1 + 3.841458820694124 / n), 1) AS high,
       CAST(n AS BIGINT) AS n, round(100 * team_p, 1) AS team_csat_pct, team_n, round(100 * (p - team_p), 1) AS above,
       100 * (p + 1.920729410347062 / n - sqrt(3.841458820694124 * (p * (1 - p) + 0.960364705173531 / n) / n)) / (1 + 3.841458820694124 / n) > 100 * team_p AS is_clear
FROM compared
WHERE n >= $min_answers AND p > team_p
ORDER BY p - team_p DESC, agent_id
