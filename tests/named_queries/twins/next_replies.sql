-- A message and the reply to it have the same number of replies and of endings before them.
WITH log AS (
  SELECT DISTINCT ticket_id, event_no, event_at, kind, actor_role, is_public, field, old_value, new_value
  FROM ticket_events WHERE ticket_id IS NOT NULL AND event_at IS NOT NULL
),
marked AS (
  SELECT *,
         CASE WHEN kind = 'comment' AND actor_role = 'agent' AND is_public THEN 1 ELSE 0 END AS is_reply,
         CASE WHEN kind = 'comment' AND actor_role = 'customer' AND is_public THEN 1 ELSE 0 END AS is_message,
         CASE WHEN kind = 'change' AND field = 'status' AND new_value IN ('solved', 'closed') THEN 1 ELSE 0 END AS is_end,
         max(CASE WHEN kind = 'created' AND actor_role = 'agent' THEN 1 ELSE 0 END) OVER (PARTITION BY ticket_id) AS by_agent
  FROM log
),
placed AS (
  SELECT *,
         coalesce(sum(is_reply) OVER (PARTITION BY ticket_id ORDER BY event_at, event_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS replies,
         coalesce(sum(is_end) OVER (PARTITION BY ticket_id ORDER BY event_at, event_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS ends,
         sum(is_reply) OVER (PARTITION BY ticket_id) AS all_replies,
         sum(is_end) OVER (PARTITION BY ticket_id) AS all_ends
  FROM marked
),
waits AS (
  SELECT m.ticket_id, r.event_no, min(date_part('epoch', r.event_at) - date_part('epoch', m.event_at)) AS least,
         max(date_part('epoch', r.event_at) - date_part('epoch', m.event_at)) AS s, min(r.replies) AS place
  FROM placed m JOIN placed r ON m.ticket_id = r.ticket_id AND m.replies = r.replies AND m.ends = r.ends
  WHERE m.is_message = 1 AND r.is_reply = 1 AND (m.replies > 0 OR m.by_agent = 1)
  GROUP BY m.ticket_id, r.event_no
),
ranked AS (SELECT *, row_number() OVER (PARTITION BY ticket_id ORDER BY place) AS i FROM waits),
answered AS (
  SELECT ticket_id, count(*) AS n, max(CASE WHEN i = 1 THEN s END) AS first, max(s) AS longest
  FROM ranked GROUP BY ticket_id
),
open AS (
  SELECT DISTINCT ticket_id FROM placed
  WHERE is_message = 1 AND replies = all_replies AND ends = all_ends AND (replies > 0 OR by_agent = 1)
),
known AS (SELECT DISTINCT ticket_id FROM log)
SELECT $by AS segment, count(*), count(first), sum(coalesce(n, 0)),
       round(sum(first) / nullif(count(first), 0) / 3600, 2), round(sum(longest) / nullif(count(first), 0) / 3600, 2),
       round(max(longest) / 3600, 2), count(open.ticket_id)
FROM tickets JOIN known ON tickets.ticket_id = known.ticket_id
     LEFT JOIN answered ON tickets.ticket_id = answered.ticket_id
     LEFT JOIN open ON tickets.ticket_id = open.ticket_id
WHERE merged_into_id IS NULL
  AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
GROUP BY 1
ORDER BY 1;
