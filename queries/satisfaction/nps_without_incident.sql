-- title = "NPS with and without the customers of an incident"
-- question = "What would NPS be without the customers whom an incident touched?"
-- topic = "satisfaction"
-- dated = "answers by responded_at"
-- kpis = ["nps"]
-- chart = { kind = "bar", x = "customers_are", y = ["nps"] }
-- needs.surveys = ["kind", "customer_id", "responded_at", "score"]
-- needs.tickets = ["customer_id", "incident_id"]
-- needs.incidents = ["incident_id", "severity", "service", "started_at"]
-- param.incident = { type = "integer", optional = true, about = "the incident_id; the incident with the most tickets when absent" }
-- param.from = { type = "date", optional = true, about = "answers of this day or later; from the start of the incident when absent" }
-- param.to = { type = "date", optional = true, about = "answers before this day" }

-- Touched is a customer with a ticket about the incident. The touched are those who write more often
-- anyway, so the difference is not all the incident's doing: see before it with from and to.
WITH
  largest AS (
    SELECT incident_id AS chosen
    FROM tickets
    WHERE incident_id IS NOT NULL AND ($incident IS NULL OR incident_id = $incident)
    GROUP BY incident_id
    ORDER BY count(*) DESC, incident_id
    LIMIT 1
  ),
  incident AS (
    SELECT incident_id, severity, service, started_at FROM incidents JOIN largest ON incident_id = chosen
  ),
  touched AS (
    SELECT DISTINCT customer_id AS touched_id FROM tickets JOIN largest ON incident_id = chosen
  ),
  answers AS (
    SELECT score, customer_id, touched_id IS NOT NULL AS is_touched
    FROM surveys CROSS JOIN incident LEFT JOIN touched ON touched_id = customer_id
    WHERE kind = 'nps' AND score IS NOT NULL
      AND responded_at >= coalesce(CAST($from AS TIMESTAMP WITH TIME ZONE), started_at)
      AND ($to IS NULL OR responded_at < $to)
  ),
  groups AS (
    SELECT 1 AS place, 'all' AS customers_are, nps_detail(score) AS nps, count(DISTINCT customer_id) AS customers FROM answers
    UNION ALL
    SELECT 2, 'touched', nps_detail(score), count(DISTINCT customer_id) FROM answers WHERE is_touched
    UNION ALL
    SELECT 3, 'not touched', nps_detail(score), count(DISTINCT customer_id) FROM answers WHERE NOT is_touched
  )
SELECT incident_id, severity, service, customers_are, round(nps.nps, 1) AS nps, round(nps.low, 1) AS low,
       round(nps.high, 1) AS high, nps.promoters AS promoters, nps.detractors AS detractors, nps.n AS n, customers
FROM groups CROSS JOIN incident
ORDER BY place
