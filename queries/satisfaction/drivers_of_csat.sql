-- title = "Drivers of CSAT"
-- question = "What goes with a high or a low CSAT: the wait, the number of replies, reopening, the channel or the priority?"
-- topic = "satisfaction"
-- dated = "surveys by responded_at, in UTC"
-- kpis = ["csat"]
-- chart = { kind = "bar", x = "driver", y = ["share_pct"] }
-- needs.surveys = ["kind", "ticket_id", "customer_id", "responded_at", "score"]
-- needs.tickets = ["ticket_id", "created_at", "first_response_at", "replies", "reopens", "channel", "priority"]
-- param.from = { type = "date", optional = true, about = "surveys answered on this day or later" }
-- param.to = { type = "date", optional = true, about = "surveys answered before this day" }

-- The drivers explain r2_pct of the scores together, and share_pct of that is each one's (LMG). effect is the
-- points of the score that go with one more hour, reply or reopening, all else equal; a channel or a priority has
-- none. Association, not cause: a hard ticket has more replies and an unhappy customer. n are the answers about
-- tickets that an agent answered, for which all drivers are known.
SELECT driver, n, round(100 * r2, 1) AS r2_pct, round(share, 1) AS share_pct, round(share_low, 1) AS share_low_pct,
       round(share_high, 1) AS share_high_pct, round(effect, 4) AS effect, round(effect_low, 4) AS effect_low,
       round(effect_high, 4) AS effect_high, round(mean, 2) AS mean, note
FROM key_drivers(
  (
    SELECT s.score, s.customer_id, date_diff('second', t.created_at, t.first_response_at) / 3600.0 AS wait_hours,
           t.replies, t.reopens, t.channel, t.priority
    FROM surveys s JOIN tickets t ON t.ticket_id = s.ticket_id
    WHERE s.kind = 'csat' AND s.responded_at IS NOT NULL AND s.score BETWEEN 1 AND 5
      AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
  ),
  outcome => score, drivers => [wait_hours, replies, reopens, channel, priority], id => customer_id
);
