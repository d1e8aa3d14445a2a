-- title = "Customer journey"
-- question = "How do customers fare stage by stage, from onboarding to renewal?"
-- topic = "report"
-- dated = "onboarding by its due date, outreach by sending, incidents and tickets by creation, surveys by offer and answers by response, customers by leaving, revenue by month"
-- kpis = ["onboarding_completion", "proactive_engagement", "mttr", "ticket_volume", "frt_median", "answered_within_hour", "first_response_sla", "art_median", "sla_rate", "fcr_no_repeat", "reopen_rate", "escalation_rate", "survey_response_rate", "csat", "ces", "nps", "churn_rate", "grr"]
-- needs.tickets = ["created_at", "customer_id", "first_response_at", "first_resolved_at", "resolved_at", "first_response_sla_met", "sla_met", "reopens", "is_escalated", "merged_into_id"]
-- needs.surveys = ["kind", "offered_at", "responded_at", "score"]
-- needs.customers = ["started_at", "ended_at"]
-- needs.subscriptions = ["customer_id", "month", "mrr_start", "mrr_end"]
-- needs.incidents = ["started_at", "resolved_at"]
-- needs.outreach = ["sent_at", "is_engaged"]
-- needs.onboarding = ["due_at", "is_completed"]
-- param.from = { type = "date", optional = true, about = "from this day on; the first ticket when absent" }
-- param.to = { type = "date", optional = true, about = "before this day; up to the newest ticket when absent" }

-- Titles, units and stages are those of deskql.kpis. Revenue is that of whole months in the period.
WITH
  period AS (
    SELECT coalesce(CAST($from AS TIMESTAMP WITH TIME ZONE), min(created_at)) AS starts,
           coalesce(CAST($to AS TIMESTAMP WITH TIME ZONE), max(created_at) + INTERVAL '1 second') AS ends
    FROM tickets
  ),
  contacts AS (
    SELECT tickets.*,
           recontacted(created_at, INTERVAL '7 days') OVER (PARTITION BY customer_id ORDER BY created_at) AS is_repeated
    FROM tickets
    WHERE merged_into_id IS NULL
  ),
  starters AS (
    SELECT rate_detail(is_completed) AS completed
    FROM onboarding CROSS JOIN period WHERE due_at >= starts AND due_at < ends
  ),
  messages AS (
    SELECT rate_detail(is_engaged) AS engaged
    FROM outreach CROSS JOIN period WHERE sent_at >= starts AND sent_at < ends
  ),
  outages AS (
    SELECT mttr_detail(started_at, resolved_at, 'hour') AS mttr
    FROM incidents CROSS JOIN period WHERE started_at >= starts AND started_at < ends
  ),
  desk AS (
    SELECT count(*) AS tickets,
           duration_median_detail(created_at, first_response_at, 'hour') AS frt,
           rate_detail(first_response_at <= created_at + INTERVAL '1 hour') AS within_hour,
           sla_rate_detail(first_response_sla_met) AS first_sla,
           duration_median_detail(created_at, resolved_at, 'hour') AS art,
           sla_rate_detail(sla_met) AS sla,
           rate_detail(NOT is_repeated) AS no_repeat,
           rate_detail(reopens > 0) FILTER (WHERE first_resolved_at IS NOT NULL) AS reopened,
           escalation_rate_detail(is_escalated) AS escalated
    FROM contacts CROSS JOIN period WHERE created_at >= starts AND created_at < ends
  ),
  offers AS (
    SELECT rate_detail(score IS NOT NULL) AS answered
    FROM surveys CROSS JOIN period WHERE offered_at >= starts AND offered_at < ends
  ),
  answers AS (
    SELECT csat_detail(score) FILTER (WHERE kind = 'csat') AS csat,
           ces_detail(score) FILTER (WHERE kind = 'ces') AS ces,
           nps_detail(score) FILTER (WHERE kind = 'nps') AS nps
    FROM surveys CROSS JOIN period WHERE responded_at >= starts AND responded_at < ends
  ),
  base AS (
    SELECT churn_rate_detail(started_at, ended_at, starts, ends) AS churn FROM customers CROSS JOIN period
  ),
  months AS (
    SELECT min(month) AS first, max(month) AS last
    FROM subscriptions CROSS JOIN period
    WHERE month >= CAST(starts AS DATE) AND month + INTERVAL '1 month' <= CAST(ends AS DATE)
  ),
  -- What each customer paid when the first month began and when the last one ended.
  accounts AS (
    SELECT customer_id, sum(mrr_start) FILTER (WHERE month = first) AS mrr_start,
           sum(mrr_end) FILTER (WHERE month = last) AS mrr_end
    FROM subscriptions CROSS JOIN months
    WHERE month >= first AND month <= last
    GROUP BY customer_id
  ),
  revenue AS (SELECT grr_detail(mrr_start, mrr_end) AS grr FROM accounts),
  lines AS (
    SELECT unnest([
      {place: 1, name: 'onboarding_completion', value: completed.rate, low: completed.low, high: completed.high, n: completed.n}
    ]) AS line FROM starters
    UNION ALL
    SELECT unnest([
      {place: 2, name: 'proactive_engagement', value: engaged.rate, low: engaged.low, high: engaged.high, n: engaged.n}
    ]) FROM messages
    UNION ALL
    SELECT unnest([
      {place: 3, name: 'mttr', value: mttr.mttr, low: mttr.low, high: mttr.high, n: mttr.n}
    ]) FROM outages
    UNION ALL
    SELECT unnest([
      {place: 4, name: 'ticket_volume', value: CAST(tickets AS DOUBLE), low: NULL, high: NULL, n: tickets},
      {place: 5, name: 'frt_median', value: frt.duration_median, low: frt.low, high: frt.high, n: frt.n},
      {place: 6, name: 'answered_within_hour', value: within_hour.rate, low: within_hour.low, high: within_hour.high, n: within_hour.n},
      {place: 7, name: 'first_response_sla', value: first_sla.sla_rate, low: first_sla.low, high: first_sla.high, n: first_sla.n},
      {place: 8, name: 'art_median', value: art.duration_median, low: art.low, high: art.high, n: art.n},
      {place: 9, name: 'sla_rate', value: sla.sla_rate, low: sla.low, high: sla.high, n: sla.n},
      {place: 10, name: 'fcr_no_repeat', value: no_repeat.rate, low: no_repeat.low, high: no_repeat.high, n: no_repeat.n},
      {place: 11, name: 'reopen_rate', value: reopened.rate, low: reopened.low, high: reopened.high, n: reopened.n},
      {place: 12, name: 'escalation_rate', value: escalated.escalation_rate, low: escalated.low, high: escalated.high, n: escalated.n}
    ]) FROM desk
    UNION ALL
    SELECT unnest([
      {place: 13, name: 'survey_response_rate', value: answered.rate, low: answered.low, high: answered.high, n: answered.n}
    ]) FROM offers
    UNION ALL
    SELECT unnest([
      {place: 14, name: 'csat', value: csat.csat, low: csat.low, high: csat.high, n: csat.n},
      {place: 15, name: 'ces', value: ces.ces, low: ces.low, high: ces.high, n: ces.n},
      {place: 16, name: 'nps', value: nps.nps, low: nps.low, high: nps.high, n: nps.n}
    ]) FROM answers
    UNION ALL
    SELECT unnest([
      {place: 17, name: 'churn_rate', value: churn.churn_rate, low: churn.low, high: churn.high, n: churn.n}
    ]) FROM base
    UNION ALL
    SELECT unnest([
      {place: 18, name: 'grr', value: grr.grr, low: grr.low, high: grr.high, n: grr.n}
    ]) FROM revenue
  )
SELECT journey_stage AS stage, title AS kpi, round(line.value, 1) AS value, unit, better,
       round(line.low, 1) AS low, round(line.high, 1) AS high, line.n AS n
FROM lines JOIN deskql.kpis AS kpis ON kpis.name = line.name
ORDER BY array_position(['onboarding', 'use', 'contact', 'resolution', 'feedback', 'renewal'], journey_stage), line.place
