WITH log AS (
  SELECT DISTINCT ticket_id, event_no, event_at, kind, actor_role, is_public, field, old_value, new_value
  FROM ticket_events WHERE ticket_id IS NOT NULL AND event_at IS NOT NULL
),
asked AS (
  SELECT coalesce($as_of, max(event_at)) AS until FROM ticket_events
),
merges AS (
  SELECT ticket_id, min(event_at) AS merged_at FROM log, asked
  WHERE field = 'merged_into_id' AND event_at <= until GROUP BY ticket_id
),
live AS (
  SELECT log.* FROM log LEFT JOIN merges ON log.ticket_id = merges.ticket_id, asked
  WHERE event_at <= until AND (merged_at IS NULL OR event_at < merged_at)
),
created AS (
  SELECT ticket_id, event_at AS created_at, actor_role
  FROM (SELECT *, row_number() OVER (PARTITION BY ticket_id ORDER BY event_at, event_no) AS i
        FROM log, asked WHERE kind = 'created' AND event_at <= until) AS first
  WHERE i = 1
),
answers AS (
  SELECT ticket_id, event_at AS answered_at, event_no AS answer_no
  FROM (SELECT *, row_number() OVER (PARTITION BY ticket_id ORDER BY event_at, event_no) AS i
        FROM live WHERE kind = 'comment' AND actor_role = 'agent' AND is_public) AS first
  WHERE i = 1
),
metrics AS (
  SELECT created.ticket_id, created_at, 'first_reply' AS metric, answered_at, answer_no
  FROM created LEFT JOIN answers ON created.ticket_id = answers.ticket_id
  WHERE actor_role <> 'agent'
  UNION ALL
  SELECT ticket_id, created_at, 'total_resolution', NULL, NULL FROM created
),
-- Changes of the status that the clock sees.
changes AS (
  SELECT m.ticket_id, m.metric, live.event_at AS since, event_no, new_value AS status,
         new_value IN ('solved', 'closed') AS is_end, old_value IN ('solved', 'closed') AS was_end
  FROM metrics m JOIN live ON m.ticket_id = live.ticket_id
  WHERE field = 'status' AND (answered_at IS NULL OR live.event_at < answered_at
        OR live.event_at = answered_at AND event_no < answer_no)
),
taken_up AS (
  SELECT *, sum(CASE WHEN is_end THEN 0 ELSE 1 END) OVER (
    PARTITION BY ticket_id, metric ORDER BY since DESC, event_no DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS later
  FROM changes
),
-- The last end of unsolved work after the ticket was last taken up, or the first end that the log has.
ends AS (
  SELECT ticket_id, metric, coalesce(max(CASE WHEN NOT was_end THEN since END), min(since)) AS ended_at
  FROM taken_up WHERE later = 0 GROUP BY ticket_id, metric
),
outcomes AS (
  SELECT m.*, merged_at, ended_at,
         CASE WHEN m.metric = 'total_resolution' THEN ended_at WHEN ended_at IS NULL THEN answered_at END AS fulfilled_at,
         CASE WHEN m.metric = 'total_resolution' THEN CASE WHEN ended_at IS NULL THEN merged_at END
              WHEN ended_at IS NOT NULL THEN ended_at WHEN answered_at IS NULL THEN merged_at END AS cancelled_at
  FROM metrics m
  LEFT JOIN ends ON m.ticket_id = ends.ticket_id AND m.metric = ends.metric
  LEFT JOIN merges ON m.ticket_id = merges.ticket_id
),
-- Time in which the ticket was neither solved nor closed.
begun AS (
  SELECT ticket_id, old_value IN ('solved', 'closed') AS was_end
  FROM (SELECT *, row_number() OVER (PARTITION BY ticket_id ORDER BY event_at, event_no) AS i
        FROM log WHERE field = 'status') AS first
  WHERE i = 1
),
steps AS (
  SELECT o.ticket_id, o.metric, o.created_at AS since, -1 AS event_no, coalesce(was_end, false) AS is_end
  FROM outcomes o LEFT JOIN begun ON o.ticket_id = begun.ticket_id
  UNION ALL SELECT ticket_id, metric, since, event_no, is_end FROM changes
),
stays AS (
  SELECT s.ticket_id, s.metric, since, is_end,
         lead(since) OVER (PARTITION BY s.ticket_id, s.metric ORDER BY since, event_no) AS next_at
  FROM steps s
),
elapsed AS (
  SELECT o.ticket_id, o.metric,
         sum(CASE WHEN is_end THEN 0 ELSE date_part('epoch', least(coalesce(next_at, until), coalesce(fulfilled_at, cancelled_at, until)))
           - date_part('epoch', least(since, coalesce(fulfilled_at, cancelled_at, until))) END) AS seconds,
         max(CASE WHEN next_at IS NULL AND is_end THEN 1 ELSE 0 END) AS stands
  FROM outcomes o JOIN stays ON o.ticket_id = stays.ticket_id AND o.metric = stays.metric, asked
  GROUP BY o.ticket_id, o.metric
),
priorities AS (
  SELECT o.ticket_id, o.metric, event_at, event_no, old_value, new_value,
         event_at <= CASE WHEN $retarget = 'keep' THEN o.created_at ELSE coalesce(fulfilled_at, cancelled_at, until) END AS is_before
  FROM outcomes o JOIN log ON o.ticket_id = log.ticket_id, asked WHERE field = 'priority'
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY ticket_id, metric, is_before ORDER BY event_at DESC, event_no DESC) AS back,
         row_number() OVER (PARTITION BY ticket_id, metric ORDER BY event_at, event_no) AS place
  FROM priorities
),
logged AS (
  SELECT ticket_id, metric, max(CASE WHEN is_before AND back = 1 THEN new_value END) AS last_value,
         max(CASE WHEN place = 1 THEN old_value END) AS first_value
  FROM ranked GROUP BY ticket_id, metric
),
known AS (SELECT ticket_id, max(priority) AS priority FROM tickets GROUP BY ticket_id),
clocks AS (
  SELECT o.*, seconds, stands, coalesce(last_value, first_value, known.priority) AS priority
  FROM outcomes o
  JOIN elapsed ON o.ticket_id = elapsed.ticket_id AND o.metric = elapsed.metric
  LEFT JOIN logged ON o.ticket_id = logged.ticket_id AND o.metric = logged.metric
  LEFT JOIN known ON o.ticket_id = known.ticket_id
),
measured AS (
  SELECT *, CASE metric WHEN 'first_reply' THEN 'answers' ELSE 'solutions' END AS policy,
         CASE WHEN metric = 'first_reply'
           THEN CASE priority WHEN 'urgent' THEN 2 WHEN 'high' THEN 8 WHEN 'normal' THEN 24 WHEN 'low' THEN 72 END
           ELSE CASE priority WHEN 'urgent' THEN 12 WHEN 'high' THEN 48 WHEN 'normal' THEN 120 WHEN 'low' THEN 240 END
         END * 3600 - seconds AS remaining
  FROM clocks
)
SELECT ticket_id, policy, metric, priority, '24x7' AS calendar, round(remaining / 60.0, 1) AS minutes_left
FROM measured, asked
WHERE fulfilled_at IS NULL AND cancelled_at IS NULL AND stands = 0
  AND remaining / 60.0 <= $minutes AND ($late OR remaining >= 0)
ORDER BY remaining, ticket_id, metric;
