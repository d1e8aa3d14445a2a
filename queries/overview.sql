-- title = "KPI overview"
-- question = "How is the desk doing?"
-- topic = "report"
-- dated = "tickets by creation, answers by response, incidents by start, money by month; the twelve months up to the newest ticket"
-- needs.tickets = ["created_at", "customer_id", "merged_into_id", "first_response_at", "resolved_at", "closed_at", "replies", "reopens", "is_escalated", "sla_met", "handle_seconds", "cost"]
-- needs.surveys = ["kind", "score", "responded_at"]
-- needs.incidents = ["started_at", "acknowledged_at", "resolved_at"]
-- needs.customers = ["started_at", "ended_at"]
-- needs.subscriptions = ["month", "mrr_start", "mrr_end"]

WITH
  year AS (
    SELECT max(created_at) - INTERVAL '1 year' AS starts, max(created_at) AS ends FROM tickets
  ),
  tickets_of AS (
    SELECT tickets.*,
           recontacted(created_at, INTERVAL '7 days') OVER (
             PARTITION BY customer_id ORDER BY created_at) AS is_repeated
    FROM tickets
    WHERE merged_into_id IS NULL
  ),
  t AS (SELECT * FROM tickets_of, year WHERE created_at > starts AND created_at <= ends),
  s AS (SELECT * FROM surveys, year WHERE responded_at > starts AND responded_at <= ends),
  feedback AS (
    SELECT nps_detail(score) FILTER (WHERE kind = 'nps') AS nps,
           csat_detail(score) FILTER (WHERE kind = 'csat') AS csat,
           ces_detail(score) FILTER (WHERE kind = 'ces') AS ces
    FROM s
  ),
  service AS (
    SELECT count(*) AS volume,
           frt_detail(created_at, first_response_at, 'hour') AS frt,
           art_detail(created_at, resolved_at, 'hour') AS art,
           fcr_detail(replies, reopens) AS one_touch,
           rate_detail(NOT is_repeated) AS not_repeated,
           rate_detail(reopens > 0) AS reopened,
           escalation_rate_detail(is_escalated) AS escalated,
           sla_rate_detail(sla_met) AS sla,
           aht_detail(handle_seconds) AS aht,
           cost_per_resolution_detail(cost, resolved_at) AS cost,
           backlog(created_at, closed_at, ends) AS backlog
    FROM t
  ),
  outages AS (
    SELECT mtta_detail(started_at, acknowledged_at) AS mtta,
           mttr_detail(started_at, resolved_at, 'hour') AS mttr
    FROM incidents, year
    WHERE started_at > starts AND started_at <= ends
  ),
  base AS (
    SELECT churn_rate_detail(started_at, ended_at, starts, ends) AS churn FROM customers, year
  ),
  money AS (
    SELECT nrr_detail(mrr_start, mrr_end) AS nrr, grr_detail(mrr_start, mrr_end) AS grr
    FROM subscriptions, year
    WHERE month > starts AND month <= ends
  )
SELECT area, kpi, round(value, 1) AS value, unit, round(low, 1) AS low, round(high, 1) AS high, n
FROM (
  SELECT 1 AS place, 'Customer' AS area, 'Net Promoter Score' AS kpi, nps.nps AS value, 'points' AS unit, nps.low AS low, nps.high AS high, nps.n AS n FROM feedback
  UNION ALL SELECT 2, 'Customer', 'Customer satisfaction', csat.csat, '%', csat.low, csat.high, csat.n FROM feedback
  UNION ALL SELECT 3, 'Customer', 'Customer effort (higher is easier)', ces.ces, 'of 7', ces.low, ces.high, ces.n FROM feedback
  UNION ALL SELECT 4, 'Speed', 'First response, median', frt.median, 'h', NULL, NULL, frt.n FROM service
  UNION ALL SELECT 5, 'Speed', 'First response, mean', frt.frt, 'h', frt.low, frt.high, frt.n FROM service
  UNION ALL SELECT 6, 'Speed', 'Resolution, median', art.median, 'h', NULL, NULL, art.n FROM service
  UNION ALL SELECT 7, 'Speed', 'Resolution, mean', art.art, 'h', art.low, art.high, art.n FROM service
  UNION ALL SELECT 8, 'Speed', 'Resolved in time (SLA)', sla.sla_rate, '%', sla.low, sla.high, sla.n FROM service
  UNION ALL SELECT 9, 'Quality', 'Resolved with one reply', one_touch.fcr, '%', one_touch.low, one_touch.high, one_touch.n FROM service
  UNION ALL SELECT 10, 'Quality', 'No repeat contact in 7 days', not_repeated.rate, '%', not_repeated.low, not_repeated.high, not_repeated.n FROM service
  UNION ALL SELECT 11, 'Quality', 'Reopened', reopened.rate, '%', reopened.low, reopened.high, reopened.n FROM service
  UNION ALL SELECT 12, 'Quality', 'Escalated', escalated.escalation_rate, '%', escalated.low, escalated.high, escalated.n FROM service
  UNION ALL SELECT 13, 'Workload', 'Tickets', volume, 'tickets', NULL, NULL, volume AS n FROM service
  UNION ALL SELECT 14, 'Workload', 'Not closed at the end', backlog, 'tickets', NULL, NULL, volume AS n FROM service
  UNION ALL SELECT 15, 'Workload', 'Handle time, mean', aht.aht / 60, 'min', aht.low / 60, aht.high / 60, aht.n FROM service
  UNION ALL SELECT 16, 'Workload', 'Cost per resolution', cost.cost_per_resolution, '$', cost.low, cost.high, cost.n FROM service
  UNION ALL SELECT 17, 'Incidents', 'Time to acknowledge, mean', mtta.mtta, 'min', mtta.low, mtta.high, mtta.n FROM outages
  UNION ALL SELECT 18, 'Incidents', 'Time to resolve, mean', mttr.mttr, 'h', mttr.low, mttr.high, mttr.n FROM outages
  UNION ALL SELECT 19, 'Money', 'Customer churn in the year', churn.churn_rate, '%', churn.low, churn.high, churn.n FROM base
  UNION ALL SELECT 20, 'Money', 'Net revenue retention per month', nrr.nrr, '%', nrr.low, nrr.high, nrr.n FROM money
  UNION ALL SELECT 21, 'Money', 'Gross revenue retention per month', grr.grr, '%', grr.low, grr.high, grr.n FROM money
)
ORDER BY place;
