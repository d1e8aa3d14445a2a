-- title = "KPI overview"
-- question = "How is the desk doing? The main numbers of the last twelve months, with their intervals."
-- topic = "report"
-- dated = "tickets by creation, answers by response, incidents by start, customers by leaving, revenue by month; the twelve months up to the newest ticket"
-- kpis = ["nps", "csat", "ces", "frt_median", "frt", "art_median", "art", "sla_rate", "fcr_one_touch", "fcr_no_repeat", "reopen_rate", "escalation_rate", "ticket_volume", "backlog", "aht", "cost_per_resolution", "mtta", "mttr", "churn_rate", "nrr", "grr"]
-- needs.tickets = ["created_at", "customer_id", "first_response_at", "first_resolved_at", "resolved_at", "closed_at", "sla_met", "replies", "reopens", "is_escalated", "handle_seconds", "cost", "merged_into_id"]
-- needs.surveys = ["kind", "responded_at", "score"]
-- needs.incidents = ["started_at", "acknowledged_at", "resolved_at"]
-- needs.customers = ["started_at", "ended_at"]
-- needs.subscriptions = ["month", "mrr_start", "mrr_end"]

-- It takes no parameters, so that it runs by deskql -f too.
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
           fcr_detail(replies, reopens) FILTER (WHERE first_resolved_at IS NOT NULL) AS one_touch,
           rate_detail(NOT is_repeated) AS not_repeated,
           rate_detail(reopens > 0) FILTER (WHERE first_resolved_at IS NOT NULL) AS reopened,
           escalation_rate_detail(is_escalated) AS escalated,
           sla_rate_detail(sla_met) AS sla,
           aht_detail(handle_seconds) AS aht,
           cost_per_resolution_detail(cost, resolved_at) AS cost
    FROM t
  ),
  standing AS (SELECT backlog(created_at, closed_at, ends) AS backlog FROM tickets_of, year),
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
  ),
  lines AS (
    SELECT unnest([
      {place: 1, area: 'Customer', kpi: 'Net Promoter Score', value: nps.nps, unit: 'points', low: nps.low, high: nps.high, n: nps.n},
      {place: 2, area: 'Customer', kpi: 'Customer satisfaction', value: csat.csat, unit: '%', low: csat.low, high: csat.high, n: csat.n},
      {place: 3, area: 'Customer', kpi: 'Customer effort (higher is easier)', value: ces.ces, unit: 'of 7', low: ces.low, high: ces.high, n: ces.n}
    ]) AS line FROM feedback
    UNION ALL
    SELECT unnest([
      {place: 4, area: 'Speed', kpi: 'First response, median', value: frt.median, unit: 'h', low: NULL, high: NULL, n: frt.n},
      {place: 5, area: 'Speed', kpi: 'First response, mean', value: frt.frt, unit: 'h', low: frt.low, high: frt.high, n: frt.n},
      {place: 6, area: 'Speed', kpi: 'Resolution, median', value: art.median, unit: 'h', low: NULL, high: NULL, n: art.n},
      {place: 7, area: 'Speed', kpi: 'Resolution, mean', value: art.art, unit: 'h', low: art.low, high: art.high, n: art.n},
      {place: 8, area: 'Speed', kpi: 'Resolved in time (SLA)', value: sla.sla_rate, unit: '%', low: sla.low, high: sla.high, n: sla.n},
      {place: 9, area: 'Quality', kpi: 'Resolved with one reply', value: one_touch.fcr, unit: '%', low: one_touch.low, high: one_touch.high, n: one_touch.n},
      {place: 10, area: 'Quality', kpi: 'No repeat contact in 7 days', value: not_repeated.rate, unit: '%', low: not_repeated.low, high: not_repeated.high, n: not_repeated.n},
      {place: 11, area: 'Quality', kpi: 'Reopened', value: reopened.rate, unit: '%', low: reopened.low, high: reopened.high, n: reopened.n},
      {place: 12, area: 'Quality', kpi: 'Escalated', value: escalated.escalation_rate, unit: '%', low: escalated.low, high: escalated.high, n: escalated.n},
      {place: 13, area: 'Workload', kpi: 'Tickets', value: CAST(volume AS DOUBLE), unit: 'tickets', low: NULL, high: NULL, n: volume},
      {place: 15, area: 'Workload', kpi: 'Handle time, mean', value: aht.aht / 60, unit: 'min', low: aht.low / 60, high: aht.high / 60, n: aht.n},
      {place: 16, area: 'Workload', kpi: 'Cost per resolution', value: cost.cost_per_resolution, unit: '$', low: cost.low, high: cost.high, n: cost.n}
    ]) FROM service
    UNION ALL
    SELECT unnest([
      {place: 14, area: 'Workload', kpi: 'Not closed at the end', value: CAST(backlog AS DOUBLE), unit: 'tickets', low: NULL, high: NULL, n: backlog}
    ]) FROM standing
    UNION ALL
    SELECT unnest([
      {place: 17, area: 'Incidents', kpi: 'Time to acknowledge, mean', value: mtta.mtta, unit: 'min', low: mtta.low, high: mtta.high, n: mtta.n},
      {place: 18, area: 'Incidents', kpi: 'Time to resolve, mean', value: mttr.mttr, unit: 'h', low: mttr.low, high: mttr.high, n: mttr.n}
    ]) FROM outages
    UNION ALL
    SELECT unnest([
      {place: 19, area: 'Money', kpi: 'Customer churn in the year', value: churn.churn_rate, unit: '%', low: churn.low, high: churn.high, n: churn.n}
    ]) FROM base
    UNION ALL
    SELECT unnest([
      {place: 20, area: 'Money', kpi: 'Net revenue retention per month', value: nrr.nrr, unit: '%', low: nrr.low, high: nrr.high, n: nrr.n},
      {place: 21, area: 'Money', kpi: 'Gross revenue retention per month', value: grr.grr, unit: '%', low: grr.low, high: grr.high, n: grr.n}
    ]) FROM money
  )
SELECT line.area AS area, line.kpi AS kpi, round(line.value, 1) AS value, line.unit AS unit,
       round(line.low, 1) AS low, round(line.high, 1) AS high, line.n AS n
FROM lines
ORDER BY line.place
