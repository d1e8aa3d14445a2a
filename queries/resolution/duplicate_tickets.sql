-- title = "Duplicate tickets"
-- question = "Which tickets say the same as an earlier one of the same customer and were not merged, and what did they cost?"
-- topic = "resolution"
-- dated = "the later ticket by created_at, in UTC; merged copies are left out, since they are found already"
-- needs.tickets = ["ticket_id", "created_at", "customer_id", "subject", "team", "replies", "cost", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "later tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "later tickets created before this day" }
-- param.within = { type = "interval", default = "1 day", about = "how soon after the earlier one" }
-- param.threshold = { type = "number", default = 0.8, about = "least similarity of the subjects, above 0 and at most 1" }

-- The newest first, each with the latest earlier ticket that is alike. similarity is that of text_similarity: 1 is
-- the same words in the same order. Different requests may have the same short subject, and a customer the same
-- trouble twice: read both before you merge them. Where replies and earlier_replies are above 0 both were
-- worked on. Ask near_duplicates for texts that many customers sent.
WITH
  contacts AS (
    SELECT ticket_id, created_at, customer_id, subject, team, replies, cost
    FROM tickets
    WHERE merged_into_id IS NULL
  ),
  pairs AS (
    SELECT later.*, earlier.ticket_id AS earlier_id, earlier.replies AS earlier_replies, earlier.team AS earlier_team,
           date_diff('minute', earlier.created_at, later.created_at) AS minutes,
           text_similarity(earlier.subject, later.subject) AS similarity,
           row_number() OVER (PARTITION BY later.ticket_id ORDER BY earlier.created_at DESC, earlier.ticket_id DESC) AS place
    FROM contacts AS later
      JOIN contacts AS earlier ON earlier.customer_id = later.customer_id
        AND (earlier.created_at, earlier.ticket_id) < (later.created_at, later.ticket_id)
        AND earlier.created_at >= later.created_at - $within
    WHERE text_similarity(earlier.subject, later.subject) >= $threshold
      AND ($from IS NULL OR later.created_at >= $from) AND ($to IS NULL OR later.created_at < $to)
  )
SELECT ticket_id, created_at, customer_id, redact(subject) AS subject, earlier_id, minutes AS minutes_later,
       round(similarity, 2) AS similarity, earlier_team, team, earlier_replies, replies, round(CAST(cost AS DOUBLE), 2) AS cost
FROM pairs
WHERE place = 1
ORDER BY created_at DESC, ticket_id DESC;
