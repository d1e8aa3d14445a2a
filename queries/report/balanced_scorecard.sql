-- title = "Balanced scorecard"
-- question = "How does the desk stand with its customers, in its processes, in what it learns and in money, and is it getting better?"
-- topic = "report"
-- dated = "tickets and incidents by creation, answers by response, offers of surveys and outreach by sending, onboarding by its due date, customers by leaving, revenue by month"
-- kpis = ["csat", "nps", "ces", "answered_within_hour", "fcr_no_repeat", "complaint_rate", "onboarding_completion", "frt_median", "first_response_sla", "art_median", "sla_rate", "fcr_one_touch", "reopen_rate", "mttr", "backlog", "escalation_rate", "tickets_per_agent", "agent_turnover", "survey_response_rate", "proactive_engagement", "churn_rate", "nrr", "grr", "cost_per_ticket", "cost_per_resolution"]
-- needs.tickets = ["created_at", "customer_id", "agent_id", "first_response_at", "first_resolved_at", "resolved_at", "closed_at", "first_response_sla_met", "sla_met", "replies", "reopens", "is_escalated", "is_complaint", "cost", "merged_into_id"]
-- needs.surveys = ["kind", "offered_at", "responded_at", "score"]
-- needs.customers = ["started_at", "ended_at"]
-- needs.subscriptions = ["customer_id", "month", "mrr_start", "mrr_end"]
-- needs.agents = ["hired_at", "left_at"]
-- needs.incidents = ["started_at", "resolved_at"]
-- needs.outreach = ["sent_at", "is_engaged"]
-- needs.onboarding = ["due_at", "is_completed"]
-- param.grain = { type = "text", default = "quarter", choices = ["month", "quarter", "year"], about = "length of the period; the one before it is the comparison" }
-- param.day = { type = "date", optional = true, about = "a day of the period; the last whole period of the tickets when absent" }

-- Titles, units and directions are those of deskql.kpis. A trend is called better or worse when the
-- 95% interval of the change leaves 0 out; it is that of compare_rate, made of the intervals of both
-- periods. Numbers of tickets have no interval.
-- A ticket counts as resolved when it was by the end of its period, so that periods compare.
WITH
  grain AS (
    SELECT CASE $grain
             WHEN 'month' THEN INTERVAL '1 month'
             WHEN 'quarter' THEN INTERVAL '3 months'
             ELSE INTERVAL '12 months'
           END AS length,
           max(created_at) AS newest
    FROM tickets
  ),
  anchor AS (
    SELECT date_trunc($grain, coalesce(CAST($day AS TIMESTAMP WITH TIME ZONE), newest - length)) AS starts, length
    FROM grain
  ),
  periods AS (
    SELECT 'now' AS period, starts, starts + length AS ends FROM anchor
    UNION ALL
    SELECT 'before', starts - length AS starts, starts AS ends FROM anchor
  ),
  contacts AS (
    SELECT tickets.*,
           recontacted(created_at, INTERVAL '7 days') OVER (PARTITION BY customer_id ORDER BY created_at) AS is_repeated
    FROM tickets
    WHERE merged_into_id IS NULL
  ),
  desk AS (
    SELECT period,
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
    SELECT period, backlog(created_at, closed_at, ends) AS backlog
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
    SELECT period, mttr_detail(started_at, resolved_at, 'hour') AS mttr
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
    SELECT period, unnest([{name: 'backlog', value: CAST(backlog AS DOUBLE), low: NULL, high: NULL, n: backlog}]) FROM standing
    UNION ALL
    SELECT period, unnest([
      {name: 'csat', value: csat.csat, low: csat.low, high: csat.high, n: csat.n},
      {name: 'nps', value: nps.nps, low: nps.low, high: nps.high, n: nps.n},
      {name: 'ces', value: ces.ces, low: ces.low, high: ces.high, n: ces.n}
    ]) FROM answers
    UNION ALL
    SELECT period, unnest([{name: 'survey_response_rate', value: answered.rate, low: answered.low, high: answered.high, n: answered.n}]) FROM offers
    UNION ALL
    SELECT period, unnest([{name: 'mttr', value: mttr.mttr, low: mttr.low, high: mttr.high, n: mttr.n}]) FROM outages
    UNION ALL
    SELECT period, unnest([{name: 'proactive_engagement', value: engaged.rate, low: engaged.low, high: engaged.high, n: engaged.n}]) FROM messages
    UNION ALL
    SELECT period, unnest([{name: 'onboarding_completion', value: completed.rate, low: completed.low, high: completed.high, n: completed.n}]) FROM starters
    UNION ALL
    SELECT period, unnest([{name: 'agent_turnover', value: turnover.churn_rate, low: turnover.low, high: turnover.high, n: turnover.n}]) FROM staff
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
           max(line.n) FILTER (WHERE period = 'before') AS n_before
    FROM lines
    GROUP BY line.name
  )
SELECT CAST(starts AS DATE) AS period, perspective, title AS kpi, unit, round(value, 1) AS value,
       round(before, 1) AS before, better,
       CASE
         WHEN value IS NULL OR before IS NULL THEN NULL
         WHEN unit <> 'tickets' AND (low IS NULL OR before_low IS NULL) THEN 'too few to say'
         WHEN value - before - sqrt(power(value - low, 2) + power(before_high - before, 2)) <= 0
              AND value - before + sqrt(power(high - value, 2) + power(before - before_low, 2)) >= 0
              OR value = before THEN 'no clear change'
         WHEN (value > before) = (better = 'up') THEN 'better'
         ELSE 'worse'
       END AS trend,
       round(low, 1) AS low, round(high, 1) AS high, n, n_before
FROM compared JOIN deskql.kpis AS kpis ON kpis.name = compared.name CROSS JOIN anchor
ORDER BY array_position(['customer', 'process', 'learning', 'financial'], perspective), kpi
