-- title = "CSAT before and after a date"
-- question = "Did a deployment (or anything else that happened on a date) change customer satisfaction?"
-- topic = "satisfaction"
-- dated = "answers by responded_at"
-- kpis = ["csat"]
-- needs.surveys = ["kind", "ticket_id", "responded_at", "score"]
-- needs.tickets = ["ticket_id"]
-- param.date = { type = "date", about = "the day it happened: the first day of after" }
-- param.span = { type = "interval", default = "28 days", about = "how long before and after is looked at" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", category = "category", plan = "plan" }, about = "segment, by the ticket of the survey" }

-- The interval of the change is Newcombe's, from the Wilson intervals of both sides. When it holds 0
-- there is no clear change. Something else may have happened on the same day.
WITH
  span AS (
    SELECT CAST($date AS TIMESTAMP WITH TIME ZONE) AS at, $span AS length
  ),
  -- One row a ticket, so that no answer is counted twice.
  of_ticket AS (
    SELECT ticket_id, max($by) AS segment FROM tickets GROUP BY ticket_id
  ),
  sides AS (
    SELECT coalesce(segment, 'none') AS segment,
           csat_detail(score) FILTER (WHERE responded_at < at) AS b,
           csat_detail(score) FILTER (WHERE responded_at >= at) AS a
    FROM surveys LEFT JOIN of_ticket USING (ticket_id) CROSS JOIN span
    WHERE kind = 'csat' AND responded_at >= at - length AND responded_at < at + length
    GROUP BY coalesce(segment, 'none')
  ),
  changes AS (
    SELECT segment, a, b, a.csat - b.csat AS change,
           a.csat - b.csat - sqrt(power(a.csat - a.low, 2) + power(b.high - b.csat, 2)) AS change_low,
           a.csat - b.csat + sqrt(power(a.high - a.csat, 2) + power(b.csat - b.low, 2)) AS change_high
    FROM sides
  )
SELECT segment, round(b.csat, 1) AS before_pct, round(b.low, 1) AS before_low, round(b.high, 1) AS before_high,
       b.n AS n_before, round(a.csat, 1) AS after_pct, round(a.low, 1) AS after_low,
       round(a.high, 1) AS after_high, a.n AS n_after, round(change, 1) AS change,
       round(change_low, 1) AS change_low, round(change_high, 1) AS change_high,
       CASE
         WHEN change_low > 0 THEN 'better'
         WHEN change_high < 0 THEN 'worse'
         WHEN change IS NOT NULL THEN 'no clear change'
       END AS verdict
FROM changes
ORDER BY segment
