-- title = "Segments against the rest"
-- question = "Which teams, channels, plans or regions have a clearly better or worse CSAT or NPS than all others together?"
-- topic = "report"
-- dated = "answers by responded_at"
-- kpis = ["csat", "nps"]
-- chart = { kind = "bar", x = "segment", y = ["difference"] }
-- needs.surveys = ["kind", "ticket_id", "customer_id", "responded_at", "score"]
-- needs.tickets = ["ticket_id", "team", "channel", "priority", "category"]
-- needs.customers = ["customer_id", "plan", "region"]
-- param.from = { type = "date", optional = true, about = "answers of this day or later" }
-- param.to = { type = "date", optional = true, about = "answers before this day" }
-- param.kpi = { type = "text", default = "csat", choices = ["csat", "nps"], about = "the score" }
-- param.by = { type = "column", default = "team", choices = { team = "tickets.team", channel = "tickets.channel", priority = "tickets.priority", category = "tickets.category", plan = "customers.plan", region = "customers.region" }, about = "segment" }

-- Each segment is compared with all answers outside it. p is adjusted for the number of segments (Holm): of
-- twenty such lists without any difference one at most has a segment that is_clear. NPS is about no ticket: ask
-- by plan or region.
WITH
  counted AS (
    SELECT coalesce($by, 'none') AS segment, count(*) AS n,
           count(*) FILTER (WHERE score >= 4) AS satisfied,
           count(*) FILTER (WHERE score >= 9) AS promoters,
           count(*) FILTER (WHERE score <= 6) AS detractors
    FROM surveys
      LEFT JOIN tickets ON tickets.ticket_id = surveys.ticket_id
      LEFT JOIN customers ON customers.customer_id = surveys.customer_id
    WHERE surveys.kind = $kpi AND surveys.score BETWEEN 0 AND CASE WHEN $kpi = 'csat' THEN 5 ELSE 10 END
      AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
    GROUP BY 1
  ),
  compared AS (
    SELECT segment,
           rate_difference(sum(satisfied) OVER () - satisfied, sum(n) OVER () - n, satisfied, n) AS csat,
           nps_difference(sum(promoters) OVER () - promoters, sum(detractors) OVER () - detractors,
                          sum(n) OVER () - n, promoters, detractors, n) AS nps
    FROM counted
  ),
  chosen AS (
    SELECT segment, csat.n_b AS n, csat.n_a AS rest_n,
           CASE WHEN $kpi = 'csat' THEN csat.b ELSE nps.b END AS value,
           CASE WHEN $kpi = 'csat' THEN csat.a ELSE nps.a END AS rest,
           CASE WHEN $kpi = 'csat' THEN csat.difference ELSE nps.difference END AS difference,
           CASE WHEN $kpi = 'csat' THEN csat.low ELSE nps.low END AS low,
           CASE WHEN $kpi = 'csat' THEN csat.high ELSE nps.high END AS high,
           p_adjust(CASE WHEN $kpi = 'csat' THEN csat.p ELSE nps.p END) OVER () AS p
    FROM compared
  )
SELECT segment, n, round(value, 1) AS value, rest_n, round(rest, 1) AS rest, round(difference, 1) AS difference,
       round(low, 1) AS low, round(high, 1) AS high, round(p, 4) AS p_adjusted, p <= 0.05 AS is_clear
FROM chosen
ORDER BY segment
