-- Subjects of the desk have few words: at the threshold 0.8 those are alike whose words are equal.
WITH contacts AS (
  SELECT * FROM tickets WHERE merged_into_id IS NULL AND $threshold = 0.8
),
pairs AS (
  SELECT later.ticket_id, later.created_at, later.customer_id, later.subject, earlier.ticket_id AS earlier_id,
         date_diff('minute', earlier.created_at, later.created_at) AS minutes_later, earlier.team AS earlier_team,
         later.team, earlier.replies AS earlier_replies, later.replies, later.cost,
         row_number() OVER (PARTITION BY later.ticket_id ORDER BY earlier.created_at DESC, earlier.ticket_id DESC) AS place
  FROM contacts AS later
  JOIN contacts AS earlier ON earlier.customer_id = later.customer_id AND earlier.created_at <= later.created_at
    AND earlier.created_at >= later.created_at - $within AND lower(earlier.subject) = lower(later.subject)
  WHERE (earlier.created_at < later.created_at OR earlier.ticket_id < later.ticket_id)
    AND ($from IS NULL OR later.created_at >= $from) AND ($to IS NULL OR later.created_at < $to)
)
SELECT ticket_id, customer_id, subject, earlier_id, minutes_later, CAST(1 AS DOUBLE) AS similarity, earlier_team, team,
       earlier_replies, replies, round(CAST(cost AS DOUBLE), 2) AS cost
FROM pairs
WHERE place = 1
ORDER BY created_at DESC, ticket_id DESC;
