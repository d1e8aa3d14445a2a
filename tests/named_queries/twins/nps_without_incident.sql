-- Shares of promoters and detractors, counted; SE = 100 * sqrt((p + d - (p - d)^2) / n).
WITH chosen AS (
  SELECT incident_id FROM (
    SELECT incident_id, row_number() OVER (ORDER BY count(*) DESC, incident_id) AS place
    FROM tickets
    WHERE incident_id IS NOT NULL AND ($incident IS NULL OR incident_id = $incident)
    GROUP BY incident_id
  ) WHERE place = 1
),
answers AS (
  SELECT i.incident_id, i.severity, i.service, s.customer_id, s.score,
         t.customer_id IS NOT NULL AS is_touched
  FROM surveys AS s CROSS JOIN incidents AS i
  LEFT JOIN (SELECT DISTINCT customer_id, incident_id FROM tickets) AS t
    ON t.customer_id = s.customer_id AND t.incident_id = i.incident_id
  WHERE i.incident_id = (SELECT incident_id FROM chosen) AND s.kind = 'nps' AND s.score IS NOT NULL
    AND s.responded_at >= CASE WHEN $from IS NULL THEN i.started_at ELSE CAST($from AS TIMESTAMP WITH TIME ZONE) END
    AND ($to IS NULL OR s.responded_at < $to)
),
sides AS (
  SELECT i.incident_id, i.severity, i.service, place, customers_are
  FROM incidents AS i
  CROSS JOIN (VALUES (1, 'all'), (2, 'touched'), (3, 'not touched')) AS v(place, customers_are)
  WHERE i.incident_id = (SELECT incident_id FROM chosen)
),
counted AS (
  SELECT s.place, s.customers_are, s.incident_id, s.severity, s.service,
         CAST(count(CASE WHEN score BETWEEN 0 AND 10 THEN 1 END) AS DOUBLE) AS n,
         count(CASE WHEN score IN (9, 10) THEN 1 END) AS up, count(CASE WHEN score BETWEEN 0 AND 6 THEN 1 END) AS down,
         count(DISTINCT customer_id) AS customers
  FROM sides AS s
  LEFT JOIN answers AS a ON s.place = 1 OR s.place = CASE WHEN a.is_touched THEN 2 ELSE 3 END
  GROUP BY s.place, s.customers_are, s.incident_id, s.severity, s.service
),
shares AS (
  SELECT *, (up - down) / nullif(n, 0) AS net, (up + down) / nullif(n, 0) AS gross FROM counted
)
SELECT incident_id, severity, service, customers_are, round(100 * net, 1) AS nps,
       round(100 * net - 195.9963984540054 * sqrt((gross - net * net) / n), 1) AS low,
       round(100 * net + 195.9963984540054 * sqrt((gross - net * net) / n), 1) AS high,
       up AS promoters, down AS detractors, CAST(n AS BIGINT) AS n, customers
FROM shares
ORDER BY place
