-- title = "What drove a change of satisfaction"
-- question = "Which teams, channels or plans drove a rise or fall of CSAT or NPS on a date, and was it real?"
-- topic = "report"
-- dated = "answers by responded_at"
-- kpis = ["csat", "nps"]
-- needs.surveys = ["kind", "ticket_id", "customer_id", "responded_at", "score"]
-- needs.tickets = ["ticket_id", "team", "channel", "priority", "category"]
-- needs.customers = ["customer_id", "plan", "region"]
-- param.date = { type = "date", about = "the day it happened: the first day of after" }
-- param.span = { type = "interval", default = "28 days", about = "how long before and after is looked at" }
-- param.kpi = { type = "text", default = "csat", choices = ["csat", "nps"], about = "the score" }

-- The row 'all' is the change itself: while its interval holds 0, nothing below it is news. A dimension whose
-- p_adjusted is above 0.05 explains nothing, however large its parts look. docs/insight.md reads it line by line.
-- NPS is about no ticket, and so has no team: its segments are plans and regions.
SELECT scope, dimension, segment, dimension_2, segment_2, n_before, n_after, round(before, 1) AS before,
       round(after, 1) AS after, round(mix, 1) AS mix, round(rate, 1) AS rate, round(total, 1) AS total,
       round(low, 1) AS low, round(high, 1) AS high, round(p_adjusted, 4) AS p_adjusted, round(p_mix, 4) AS p_mix,
       note, reverses
FROM explain_change(
  (
    SELECT surveys.score, surveys.responded_at, tickets.team, tickets.channel, tickets.priority, tickets.category,
           customers.plan, customers.region
    FROM surveys
      LEFT JOIN tickets ON tickets.ticket_id = surveys.ticket_id
      LEFT JOIN customers ON customers.customer_id = surveys.customer_id
    WHERE kind = $kpi
      AND responded_at >= CAST($date AS TIMESTAMP WITH TIME ZONE) - $span
      AND responded_at < CAST($date AS TIMESTAMP WITH TIME ZONE) + $span
  ),
  kpi => $kpi, value => score, side => responded_at >= CAST($date AS TIMESTAMP WITH TIME ZONE),
  by => [team, channel, priority, category, plan, region]
)
