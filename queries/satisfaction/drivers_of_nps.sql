-- title = "Drivers of NPS"
-- question = "What in a customer's tickets goes with a high or a low NPS: how many, the wait, the replies, reopening, the channel or the priority?"
-- topic = "satisfaction"
-- dated = "surveys by responded_at, in UTC; tickets by created_at, in the time before the answer; merged copies are left out"
-- kpis = ["nps"]
-- chart = { kind = "bar", x = "driver", y = ["share_pct"] }
-- needs.surveys = ["survey_id", "kind", "customer_id", "responded_at", "score"]
-- needs.tickets = ["ticket_id", "customer_id", "created_at", "first_response_at", "replies", "reopens", "channel", "priority", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "surveys answered on this day or later" }
-- param.to = { type = "date", optional = true, about = "surveys answered before this day" }
-- param.within = { type = "interval", default = "90 days", about = "how long before the answer a ticket counts as an experience of the customer" }

-- NPS is about no ticket: the drivers are those of the customer's tickets in the time before the answer, their
-- number, the means of wait_hours, replies and reopens, and the channel and the priority of the last one. The
-- drivers explain r2_pct of the scores together, and share_pct of that is each one's (LMG). effect is the points of
-- the score (0 to 10) that go with one more, all else equal. Association, not cause. n are the answers of customers
-- with a ticket in that time that an agent answered: it says nothing of the others.
WITH
  answers AS (
    SELECT survey_id, customer_id, responded_at, score
    FROM surveys
    WHERE kind = 'nps' AND responded_at IS NOT NULL AND score BETWEEN 0 AND 10
      AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
  ),
  experiences AS (
    SELECT s.survey_id, s.score, s.customer_id, count(*) AS tickets,
           avg(date_diff('second', t.created_at, t.first_response_at) / 3600.0) AS wait_hours,
           avg(t.replies) AS replies, avg(t.reopens) AS reopens,
           arg_max(t.channel, t.ticket_id) AS channel, arg_max(t.priority, t.ticket_id) AS priority
    FROM answers s
      JOIN tickets t ON t.customer_id = s.customer_id AND t.created_at < s.responded_at
        AND t.created_at >= s.responded_at - $within
    WHERE t.merged_into_id IS NULL
    GROUP BY s.survey_id, s.score, s.customer_id
  )
SELECT driver, n, round(100 * r2, 1) AS r2_pct, round(share, 1) AS share_pct, round(share_low, 1) AS share_low_pct,
       round(share_high, 1) AS share_high_pct, round(effect, 4) AS effect, round(effect_low, 4) AS effect_low,
       round(effect_high, 4) AS effect_high, round(mean, 2) AS mean, note
FROM key_drivers(experiences, outcome => score,
                 drivers => [tickets, wait_hours, replies, reopens, channel, priority], id => customer_id);
