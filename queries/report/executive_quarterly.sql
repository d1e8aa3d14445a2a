-- title = "Executive, quarterly"
-- question = "How do customers, service and revenue develop over the last four quarters?"
-- topic = "report"
-- dated = "tickets and incidents by creation, answers by response, outreach by sending, onboarding by its due date, customers by leaving, revenue by month"
-- kpis = ["ticket_volume", "frt_median", "art_median", "mtta", "mttr", "sla_rate", "fcr_one_touch", "fcr_no_repeat", "csat", "ces", "nps", "agent_turnover", "proactive_engagement", "onboarding_completion", "churn_rate", "retention_rate", "nrr", "grr", "cost_per_ticket", "cost_per_resolution"]
-- needs.tickets = ["created_at", "customer_id", "first_response_at", "first_resolved_at", "resolved_at", "sla_met", "replies", "reopens", "cost", "merged_into_id"]
-- needs.surveys = ["kind", "responded_at", "score"]
-- needs.customers = ["started_at", "ended_at"]
-- needs.subscriptions = ["customer_id", "month", "mrr_start", "mrr_end"]
-- needs.agents = ["hired_at", "left_at"]
-- needs.incidents = ["started_at", "acknowledged_at", "resolved_at"]
-- needs.outreach = ["sent_at", "is_engaged"]
-- needs.onboarding = ["due_at", "is_completed"]
-- param.day = { type = "date", optional = true, about = "a day of the last quarter shown; the last whole quarter of the tickets when absent" }

-- Titles and units are those of deskql.kpis; low, high and n belong to the last quarter.
-- A ticket counts as resolved when it was by the end of its period, so that periods compare.
WITH
  anchor AS (
    SELECT date_trunc('quarter', coalesce(CAST($day AS TIMESTAMP WITH TIME ZONE), max(created_at) - INTERVAL '3 months')) AS last
    FROM tickets
  ),
  periods AS (
    SELECT 0 AS period, last AS starts, last + INTERVAL '3 months' AS ends FROM anchor
    UNION ALL
    SELECT 1, last - INTERVAL '3 months', last FROM anchor
    UNION ALL
    SELECT 2, last - INTERVAL '6 months', last - INTERVAL '3 months' FROM anchor
    UNION ALL
    SELECT 3, last - INTERVAL '9 months', last - INTERVAL '6 months' FROM anchor
  ),
  contacts AS (
    SELECT tickets.*,
           recontacted(created_at, INTERVAL '7 days') OVER (PARTITION BY customer_id ORDER BY created_at) AS is_repeated
    FROM tickets
    WHERE merged_into_id IS NULL
  ),
  desk AS (
    SELECT period,
           count(*) AS tickets,
           rate_detail(NOT is_repeated) AS fcr_no_repeat,
           duration_median_detail(created_at, first_response_at, 'hour') AS frt_median,
           duration_median_detail(created_at, resolved_at, 'hour') FILTER (WHERE resolved_at < ends) AS art_median,
           sla_rate_detail(sla_met) AS sla_rate,
           fcr_detail(replies, reopens) FILTER (WHERE first_resolved_at IS NOT NULL) AS fcr_one_touch,
           cost_per_ticket_detail(cost) AS cost_per_ticket,
           cost_per_resolution_detail(cost, coalesce(resolved_at < ends, false)) AS cost_per_resolution
    FROM contacts JOIN periods ON created_at >= starts AND created_at < ends
    GROUP BY period
  ),
  answers AS (
    SELECT period,
           csat_detail(score) FILTER (WHERE kind = 'csat') AS csat,
           nps_detail(score) FILTER (WHERE kind = 'nps') AS nps,
           ces_detail(score) FILTER (WHERE kind = 'ces') AS ces
    FROM surveys JOIN periods ON responded_at >= starts AND responded_at < ends
    GROUP BY period
  ),
  outages AS (
    SELECT period, mtta_detail(started_at, acknowledged_at) AS mtta, mttr_detail(started_at, resolved_at, 'hour') AS mttr
    FROM incidents JOIN periods ON started_at >= starts AND started_at < ends
    GROUP BY period
  ),
  messages AS (
    SELECT period, rate_detail(is_engaged) AS engaged
    FROM outreach JOIN periods ON sent_at >= starts AND sent_at < ends
    GROUP BY period
  ),
  starters AS (
    SELECT period, rate_detail(is_completed) AS completed
    FROM onboarding JOIN periods ON due_at >= starts AND due_at < ends
    GROUP BY period
  ),
  staff AS (
    SELECT period, churn_rate_detail(hired_at, left_at, starts, ends) AS turnover
    FROM agents CROSS JOIN periods
    GROUP BY period
  ),
  base AS (
    SELECT period, churn_rate_detail(started_at, ended_at, starts, ends) AS churn,
           retention_rate_detail(started_at, ended_at, starts, ends) AS retention
    FROM customers CROSS JOIN periods
    GROUP BY period
  ),
  -- What each customer paid when the period began and when it ended; none of the last month: gone.
  accounts AS (
    SELECT period, customer_id,
           sum(mrr_start) FILTER (WHERE month = CAST(starts AS DATE)) AS mrr_start,
           sum(mrr_end) FILTER (WHERE month = CAST(ends - INTERVAL '1 month' AS DATE)) AS mrr_end
    FROM subscriptions JOIN periods ON month >= CAST(starts AS DATE) AND month < CAST(ends AS DATE)
    GROUP BY period, customer_id
  ),
  revenue AS (
    SELECT period, nrr_detail(mrr_start, mrr_end) AS nrr, grr_detail(mrr_start, mrr_end) AS grr
    FROM accounts
    GROUP BY period
  ),
  lines AS (
    SELECT period, unnest([
      {name: 'ticket_volume', value: CAST(tickets AS DOUBLE), low: NULL, high: NULL, n: tickets},
      {name: 'fcr_no_repeat', value: fcr_no_repeat.rate, low: fcr_no_repeat.low, high: fcr_no_repeat.high, n: fcr_no_repeat.n},
      {name: 'frt_median', value: frt_median.duration_median, low: frt_median.low, high: frt_median.high, n: frt_median.n},
      {name: 'art_median', value: art_median.duration_median, low: art_median.low, high: art_median.high, n: art_median.n},
      {name: 'sla_rate', value: sla_rate.sla_rate, low: sla_rate.low, high: sla_rate.high, n: sla_rate.n},
      {name: 'fcr_one_touch', value: fcr_one_touch.fcr, low: fcr_one_touch.low, high: fcr_one_touch.high, n: fcr_one_touch.n},
      {name: 'cost_per_ticket', value: cost_per_ticket.cost_per_ticket, low: cost_per_ticket.low, high: cost_per_ticket.high, n: cost_per_ticket.n},
      {name: 'cost_per_resolution', value: cost_per_resolution.cost_per_resolution, low: cost_per_resolution.low, high: cost_per_resolution.high, n: cost_per_resolution.n}
    ]) AS line FROM desk
    UNION ALL
    SELECT period, unnest([
      {name: 'csat', value: csat.csat, low: csat.low, high: csat.high, n: csat.n},
      {name: 'nps', value: nps.nps, low: nps.low, high: nps.high, n: nps.n},
      {name: 'ces', value: ces.ces, low: ces.low, high: ces.high, n: ces.n}
    ]) FROM answers
    UNION ALL
    SELECT period, unnest([
      {name: 'mtta', value: mtta.mtta, low: mtta.low, high: mtta.high, n: mtta.n},
      {name: 'mttr', value: mttr.mttr, low: mttr.low, high: mttr.high, n: mttr.n}
    ]) FROM outages
    UNION ALL
    SELECT period, unnest([{name: 'proactive_engagement', value: engaged.rate, low: engaged.low, high: engaged.high, n: engaged.n}]) FROM messages
    UNION ALL
    SELECT period, unnest([{name: 'onboarding_completion', value: completed.rate, low: completed.low, high: completed.high, n: completed.n}]) FROM starters
    UNION ALL
    SELECT period, unnest([{name: 'agent_turnover', value: turnover.churn_rate, low: turnover.low, high: turnover.high, n: turnover.n}]) FROM staff
    UNION ALL
    SELECT period, unnest([
      {name: 'churn_rate', value: churn.churn_rate, low: churn.low, high: churn.high, n: churn.n},
      {name: 'retention_rate', value: retention.retention_rate, low: retention.low, high: retention.high, n: retention.n}
    ]) FROM base
    UNION ALL
    SELECT period, unnest([
      {name: 'nrr', value: nrr.nrr, low: nrr.low, high: nrr.high, n: nrr.n},
      {name: 'grr', value: grr.grr, low: grr.low, high: grr.high, n: grr.n}
    ]) FROM revenue
  ),
  quarters AS (
    SELECT line.name AS name,
           max(line.value) FILTER (WHERE period = 3) AS three_before,
           max(line.value) FILTER (WHERE period = 2) AS two_before,
           max(line.value) FILTER (WHERE period = 1) AS before,
           max(line.value) FILTER (WHERE period = 0) AS value,
           max(line.low) FILTER (WHERE period = 0) AS low,
           max(line.high) FILTER (WHERE period = 0) AS high,
           max(line.n) FILTER (WHERE period = 0) AS n
    FROM lines
    GROUP BY line.name
  )
SELECT CAST(last AS DATE) AS quarter, focus_area, title AS kpi, unit, better,
       round(three_before, 1) AS three_before, round(two_before, 1) AS two_before,
       round(before, 1) AS before, round(value, 1) AS value, round(low, 1) AS low,
       round(high, 1) AS high, n
FROM quarters JOIN deskql.kpis AS kpis ON kpis.name = quarters.name CROSS JOIN anchor
ORDER BY array_position(
  ['retention and business impact', 'satisfaction and loyalty', 'resolution quality and efficiency', 'responsiveness', 'team performance and learning'],
  focus_area), kpi
