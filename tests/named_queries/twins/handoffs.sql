-- Wilson's interval of a share p with c = z^2 / n. A value that comes before is the old one, or what the
-- change before has set.
WITH log AS (
  SELECT DISTINCT ticket_id, event_no, event_at, kind, actor_role, is_public, field, old_value, new_value
  FROM ticket_events WHERE ticket_id IS NOT NULL AND event_at IS NOT NULL
),
changes AS (
  SELECT ticket_id, field, new_value, old_value,
         coalesce(old_value, lag(new_value) OVER (PARTITION BY ticket_id, field ORDER BY event_at, event_no)) AS before
  FROM log WHERE kind = 'change' AND field IN ('team', 'agent_id')
),
agents AS (
  SELECT ticket_id, count(DISTINCT agent) AS agents
  FROM (SELECT ticket_id, new_value AS agent FROM changes WHERE field = 'agent_id'
        UNION ALL SELECT ticket_id, old_value FROM changes WHERE field = 'agent_id') AS held
  GROUP BY ticket_id
),
moves AS (
  SELECT log.ticket_id, max(coalesce(h.n, 0)) AS passes, max(coalesce(r.n, 0)) AS turns
  FROM log
  LEFT JOIN (SELECT ticket_id, count(*) AS n FROM changes WHERE field = 'team' AND before <> new_value GROUP BY ticket_id) AS h
    ON log.ticket_id = h.ticket_id
  LEFT JOIN (SELECT ticket_id, count(*) AS n FROM changes WHERE field = 'agent_id' AND before <> new_value GROUP BY ticket_id) AS r
    ON log.ticket_id = r.ticket_id
  GROUP BY log.ticket_id
),
counted AS (
  SELECT $by AS segment, count(*) AS n, count(CASE WHEN passes > 0 THEN 1 END) AS hits,
         sum(passes) AS handoffs, sum(turns) AS reassignments, max(coalesce(agents, 0)) AS most
  FROM tickets JOIN moves ON tickets.ticket_id = moves.ticket_id
       LEFT JOIN agents ON tickets.ticket_id = agents.ticket_id
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY 1
),
shares AS (
  SELECT *, CAST(hits AS DOUBLE) / nullif(n, 0) AS p, 3.841458820694124 / nullif(n, 0) AS c FROM counted
)
SELECT segment, n, hits, round(100.0 * hits / nullif(n, 0), 1),
       round(100 * (p + c / 2 - sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(100 * (p + c / 2 + sqrt(c * p * (1 - p) + c * c / 4)) / (1 + c), 1),
       round(CAST(handoffs AS DOUBLE) / n, 3), round(CAST(reassignments AS DOUBLE) / n, 3), most
FROM shares
ORDER BY segment;
