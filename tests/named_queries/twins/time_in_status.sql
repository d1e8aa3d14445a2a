-- A ticket stands in a status from the event that sets it to the next one; before the first it stands in
-- what that one replaces. With an agent it is from one change of the agent to the next one.
WITH log AS (
  SELECT DISTINCT ticket_id, event_no, event_at, kind, field, old_value, new_value
  FROM ticket_events WHERE ticket_id IS NOT NULL AND event_at IS NOT NULL
),
life AS (
  SELECT ticket_id, min(CASE WHEN kind = 'created' THEN event_at END) AS born, max(event_at) AS last
  FROM log GROUP BY ticket_id
),
marks AS (
  SELECT ticket_id, event_no, event_at, field, old_value, new_value FROM log
  WHERE kind = 'change' AND field IN ('status', 'agent_id') AND (field = 'agent_id' OR new_value IS NOT NULL)
),
numbered AS (
  SELECT *, row_number() OVER (PARTITION BY ticket_id, field ORDER BY event_at, event_no) AS i FROM marks
),
firsts AS (SELECT ticket_id, old_value FROM numbered WHERE field = 'status' AND i = 1),
spans AS (
  SELECT ticket_id, field, new_value AS value, event_at AS since, event_no FROM marks
  UNION ALL
  SELECT life.ticket_id, 'status', coalesce(old_value, 'new'), born, -1
  FROM life LEFT JOIN firsts ON life.ticket_id = firsts.ticket_id
  UNION ALL
  SELECT ticket_id, 'agent_id', NULL, born, -1 FROM life
),
told AS (
  SELECT spans.ticket_id, field, value, since,
         coalesce(lead(since) OVER (PARTITION BY spans.ticket_id, field ORDER BY since, event_no), last) AS until
  FROM spans JOIN life ON spans.ticket_id = life.ticket_id
  WHERE born IS NOT NULL
),
stays AS (
  SELECT ticket_id,
         sum(CASE WHEN value = 'new' THEN date_part('epoch', until) - date_part('epoch', since) ELSE 0 END) AS new,
         sum(CASE WHEN value = 'open' THEN date_part('epoch', until) - date_part('epoch', since) ELSE 0 END) AS open,
         sum(CASE WHEN value = 'pending' THEN date_part('epoch', until) - date_part('epoch', since) ELSE 0 END) AS pending,
         sum(CASE WHEN value = 'hold' THEN date_part('epoch', until) - date_part('epoch', since) ELSE 0 END) AS hold,
         sum(CASE WHEN value = 'solved' THEN date_part('epoch', until) - date_part('epoch', since) ELSE 0 END) AS solved
  FROM told WHERE field = 'status'
  GROUP BY ticket_id
),
alone AS (
  SELECT s.ticket_id,
         sum(CASE WHEN least(s.until, a.until) > greatest(s.since, a.since)
             THEN date_part('epoch', least(s.until, a.until)) - date_part('epoch', greatest(s.since, a.since)) ELSE 0 END) AS unassigned
  FROM told s JOIN told a ON s.ticket_id = a.ticket_id
  WHERE s.field = 'status' AND a.field = 'agent_id' AND a.value IS NULL
    AND s.value NOT IN ('solved', 'closed', 'deleted')
  GROUP BY s.ticket_id
)
SELECT $by AS segment, count(*),
       round(sum(new) / count(*) / 3600, 2), round(sum(open) / count(*) / 3600, 2),
       round(sum(pending) / count(*) / 3600, 2), round(sum(hold) / count(*) / 3600, 2),
       round(sum(solved) / count(*) / 3600, 2), round(sum(new + open + hold) / count(*) / 3600, 2),
       round(sum(pending) / count(*) / 3600, 2) AS waiting, round(sum(new + open) / count(*) / 3600, 2),
       round(sum(coalesce(unassigned, 0)) / count(*) / 3600, 2)
FROM tickets JOIN stays ON tickets.ticket_id = stays.ticket_id
     LEFT JOIN alone ON tickets.ticket_id = alone.ticket_id
WHERE merged_into_id IS NULL
  AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
GROUP BY 1
ORDER BY 1;
