-- title = "Department, monthly"
-- question = "How did the desk do this month, against the month before and the same month a year ago?"
-- topic = "report"
-- dated = "tickets and incidents by creation, answers by response, offers of surveys and outreach by sending, onboarding by its due date, customers by leaving, revenue by month"
-- kpis = ["ticket_volume", "backlog", "overdue_backlog", "frt", "frt_median", "frt_p90", "answered_within_hour", "first_response_sla", "mtta", "mttr", "art_median", "sla_rate", "resolution_rate", "reopen_rate", "fcr_one_touch", "fcr_no_repeat", "interactions_per_ticket", "escalation_rate", "csat", "ces", "nps", "complaint_rate", "complaints_resolved", "survey_response_rate", "aht", "tickets_per_agent", "proactive_engagement", "onboarding_completion", "churn_rate", "nrr", "grr", "cost_per_ticket", "cost_per_resolution"]
-- needs.tickets = ["created_at", "customer_id", "agent_id", "first_response_at", "first_resolved_at", "resolved_at", "closed_at", "due_at", "first_response_sla_met", "sla_met", "replies", "customer_messages", "reopens", "is_escalated", "is_complaint", "handle_seconds", "cost", "merged_into_id"]
-- needs.surveys = ["kind", "offered_at", "responded_at", "score"]
-- needs.customers = ["started_at", "ended_at"]
-- needs.subscriptions = ["customer_id", "month", "mrr_start", "mrr_end"]
-- needs.incidents = ["started_at", "acknowledged_at", "resolved_at"]
-- needs.outreach = ["sent_at", "is_engaged"]
-- needs.onboarding = ["due_at", "is_completed"]
-- param.day = { type = "date", optional = true, about = "a day of the month; the last whole month of the tickets when absent" }

-- Titles and units are those of deskql.kpis. A trend is called better or worse when the 95% interval
-- of the change leaves 0 out; it is that of compare_rate, made of the intervals of both months. Numbers of
-- tickets have no interval.
-- A ticket counts as resolved when it was by the end of its period, so that periods compare.
WITH
  anchor AS (
    SELECT date_trunc('month', coalesce(CAST($day AS TIMESTAMP WITH TIME ZONE), max(created_at) - INTERVAL '1 month')) AS starts
    FROM tickets
  ),
  periods AS (
    SELECT 'now' AS period, starts, starts + INTERVAL '1 month' AS ends FROM anchor
    UNION ALL
    SELECT 'before', starts - INTERVAL '1 month' AS starts, starts AS ends FROM anchor
    UNION ALL
    SELECT 'year ago', starts - INTERVAL '12 months' AS starts, starts - INTERVAL '11 months' AS ends FROM anchor
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
           frt_detail(created_at, first_response_at, 'hour') AS frt,
           duration_quantile_detail(created_at, first_response_at, 0.9, 'hour') AS frt_p90,
           resolution_rate_detail(coalesce(resolved_at < ends, false)) AS resolution_rate,
           rate_detail(coalesce(resolved_at < ends, false)) FILTER (WHERE is_complaint) AS complaints_resolved,
           interactions_per_ticket_detail(replies + customer_messages) FILTER (WHERE resolved_at IS NOT NULL) AS interactions,
           aht_detail(handle_seconds) AS aht,
           rate_detail(first_response_at <= created_at + INTERVAL '1 hour') AS answered_within_hour,
           rate_detail(NOT is_repeated) AS fcr_no_repeat,
           rate_detail(is_complaint) AS complaint_rate,
           duration_median_detail(created_at, first_response_at, 'hour') AS frt_median,
           sla_rate_detail(first_response_sla_met) AS first_response_sla,
           duration_median_detail(created_at, resolved_at, 'hour') FILTER (WHERE resolved_at < ends) AS art_median,
           sla_rate_detail(sla_met) AS sla_rate,
           fcr_detail(replies, reopens) FILTER (WHERE first_resolved_at IS NOT NULL) AS fcr_one_touch,
           rate_detail(reopens > 0) FILTER (WHERE first_resolved_at IS NOT NULL) AS reopen_rate,
           escalation_rate_detail(is_escalated) AS escalation_rate,
           CAST(count(agent_id) AS DOUBLE) / nullif(count(DISTINCT agent_id), 0) AS tickets_per_agent,
           count(agent_id) AS handled,
           cost_per_ticket_detail(cost) AS cost_per_ticket,
           cost_per_resolution_detail(cost, coalesce(resolved_at < ends, false)) AS cost_per_resolution
    FROM contacts JOIN periods ON created_at >= starts AND created_at < ends
    GROUP BY period
  ),
  standing AS (
    SELECT period, backlog(created_at, closed_at, ends) AS backlog,
           overdue_backlog(created_at, closed_at, due_at, ends) AS overdue_backlog
    FROM tickets CROSS JOIN periods
    WHERE merged_into_id IS NULL
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
  offers AS (
    SELECT period, rate_detail(score IS NOT NULL) AS answered
    FROM surveys JOIN periods ON offered_at >= starts AND offered_at < ends
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
  base AS (
    SELECT period, churn_rate_detail(started_at, ended_at, starts, ends) AS churn
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
      {name: 'frt', value: frt.frt, low: frt.low, high: frt.high, n: frt.n},
      {name: 'frt_p90', value: frt_p90.duration_quantile, low: frt_p90.low, high: frt_p90.high, n: frt_p90.n},
      {name: 'resolution_rate', value: resolution_rate.resolution_rate, low: resolution_rate.low, high: resolution_rate.high, n: resolution_rate.n},
      {name: 'complaints_resolved', value: complaints_resolved.rate, low: complaints_resolved.low, high: complaints_resolved.high, n: complaints_resolved.n},
      {name: 'interactions_per_ticket', value: interactions.interactions_per_ticket, low: interactions.low, high: interactions.high, n: interactions.n},
      {name: 'aht', value: aht.aht, low: aht.low, high: aht.high, n: aht.n},
      {name: 'answered_within_hour', value: answered_within_hour.rate, low: answered_within_hour.low, high: answered_within_hour.high, n: answered_within_hour.n},
      {name: 'fcr_no_repeat', value: fcr_no_repeat.rate, low: fcr_no_repeat.low, high: fcr_no_repeat.high, n: fcr_no_repeat.n},
      {name: 'complaint_rate', value: complaint_rate.rate, low: complaint_rate.low, high: complaint_rate.high, n: complaint_rate.n},
      {name: 'frt_median', value: frt_median.duration_median, low: frt_median.low, high: frt_median.high, n: frt_median.n},
      {name: 'first_response_sla', value: first_response_sla.sla_rate, low: first_response_sla.low, high: first_response_sla.high, n: first_response_sla.n},
      {name: 'art_median', value: art_median.duration_median, low: art_median.low, high: art_median.high, n: art_median.n},
      {name: 'sla_rate', value: sla_rate.sla_rate, low: sla_rate.low, high: sla_rate.high, n: sla_rate.n},
      {name: 'fcr_one_touch', value: fcr_one_touch.fcr, low: fcr_one_touch.low, high: fcr_one_touch.high, n: fcr_one_touch.n},
      {name: 'reopen_rate', value: reopen_rate.rate, low: reopen_rate.low, high: reopen_rate.high, n: reopen_rate.n},
      {name: 'escalation_rate', value: escalation_rate.escalation_rate, low: escalation_rate.low, high: escalation_rate.high, n: escalation_rate.n},
      {name: 'tickets_per_agent', value: tickets_per_agent, low: NULL, high: NULL, n: handled},
      {name: 'cost_per_ticket', value: cost_per_ticket.cost_per_ticket, low: cost_per_ticket.low, high: cost_per_ticket.high, n: cost_per_ticket.n},
      {name: 'cost_per_resolution', value: cost_per_resolution.cost_per_resolution, low: cost_per_resolution.low, high: cost_per_resolution.high, n: cost_per_resolution.n}
    ]) AS line FROM desk
    UNION ALL
    SELECT period, unnest([
      {name: 'backlog', value: CAST(backlog AS DOUBLE), low: NULL, high: NULL, n: backlog},
      {name: 'overdue_backlog', value: CAST(overdue_backlog AS DOUBLE), low: NULL, high: NULL, n: backlog}
    ]) FROM standing
    UNION ALL
    SELECT period, unnest([
      {name: 'csat', value: csat.csat, low: csat.low, high: csat.high, n: csat.n},
      {name: 'nps', value: nps.nps, low: nps.low, high: nps.high, n: nps.n},
      {name: 'ces', value: ces.ces, low: ces.low, high: ces.high, n: ces.n}
    ]) FROM answers
    UNION ALL
    SELECT period, unnest([{name: 'survey_response_rate', value: answered.rate, low: answered.low, high: answered.high, n: answered.n}]) FROM offers
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
    SELECT period, unnest([{name: 'churn_rate', value: churn.churn_rate, low: churn.low, high: churn.high, n: churn.n}]) FROM base
    UNION ALL
    SELECT period, unnest([
      {name: 'nrr', value: nrr.nrr, low: nrr.low, high: nrr.high, n: nrr.n},
      {name: 'grr', value: grr.grr, low: grr.low, high: grr.high, n: grr.n}
    ]) FROM revenue
  ),
  compared AS (
    SELECT line.name AS name,
           max(line.value) FILTER (WHERE period = 'now') AS value,
           max(line.low) FILTER (WHERE period = 'now') AS low,
           max(line.high) FILTER (WHERE period = 'now') AS high,
           max(line.n) FILTER (WHERE period = 'now') AS n,
           max(line.value) FILTER (WHERE period = 'before') AS before,
           max(line.low) FILTER (WHERE period = 'before') AS before_low,
           max(line.high) FILTER (WHERE period = 'before') AS before_high,
           max(line.n) FILTER (WHERE period = 'before') AS n_before,
           max(line.value) FILTER (WHERE period = 'year ago') AS year_ago,
           max(line.n) FILTER (WHERE period = 'year ago') AS n_year_ago
    FROM lines
    GROUP BY line.name
  )
SELECT CAST(starts AS DATE) AS month, focus_area, title AS kpi, unit, round(value, 1) AS value,
       round(before, 1) AS before, round(year_ago, 1) AS year_ago, better,
       CASE
         WHEN value IS NULL OR before IS NULL THEN NULL
         WHEN unit <> 'tickets' AND (low IS NULL OR before_low IS NULL) THEN 'too few to say'
         WHEN value - before - sqrt(power(value - low, 2) + power(before_high - before, 2)) <= 0
              AND value - before + sqrt(power(high - value, 2) + power(before - before_low, 2)) >= 0
              OR value = before THEN 'no clear change'
         WHEN (value > before) = (better = 'up') THEN 'better'
         ELSE 'worse'
       END AS trend,
       round(low, 1) AS low, round(high, 1) AS high, n, n_before, n_year_ago
FROM compared JOIN deskql.kpis AS kpis ON kpis.name = compared.name CROSS JOIN anchor
ORDER BY array_position(
  ['responsiveness', 'resolution quality and efficiency', 'satisfaction and loyalty', 'team performance and learning', 'retention and business impact'],
  focus_area), kpi
