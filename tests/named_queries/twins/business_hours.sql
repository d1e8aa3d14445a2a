-- By the calendar that is always open, the only one without a deskql.toml, business time is time.
WITH waits AS (
  SELECT $by AS segment,
         CASE WHEN first_response_at >= created_at AND $calendar = '24x7'
              THEN date_part('epoch', first_response_at) - date_part('epoch', created_at) END AS a,
         CASE WHEN first_resolved_at >= created_at AND $calendar = '24x7'
              THEN date_part('epoch', first_resolved_at) - date_part('epoch', created_at) END AS s
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
),
ranked AS (
  SELECT *, count(a) OVER (PARTITION BY segment) - 1 AS last_a, count(s) OVER (PARTITION BY segment) - 1 AS last_s,
         row_number() OVER (PARTITION BY segment ORDER BY a NULLS LAST) - 1 AS i,
         row_number() OVER (PARTITION BY segment ORDER BY s NULLS LAST) - 1 AS j
  FROM waits
),
ends AS (
  SELECT segment, count(*) AS tickets, count(a) AS n, count(s) AS m, sum(a) AS total_a, sum(s) AS total_s,
         CAST(0.5 AS DOUBLE) * max(last_a) AS rank50, CAST(0.9 AS DOUBLE) * max(last_a) AS rank90,
         max(CASE WHEN i = floor(CAST(0.5 AS DOUBLE) * last_a) THEN a * 1000000 END) AS below50,
         max(CASE WHEN i = ceil(CAST(0.5 AS DOUBLE) * last_a) THEN a * 1000000 END) AS above50,
         max(CASE WHEN i = floor(CAST(0.9 AS DOUBLE) * last_a) THEN a * 1000000 END) AS below90,
         max(CASE WHEN i = ceil(CAST(0.9 AS DOUBLE) * last_a) THEN a * 1000000 END) AS above90,
         CAST(0.5 AS DOUBLE) * max(last_s) AS place50, CAST(0.9 AS DOUBLE) * max(last_s) AS place90,
         max(CASE WHEN j = floor(CAST(0.5 AS DOUBLE) * last_s) THEN s * 1000000 END) AS under50,
         max(CASE WHEN j = ceil(CAST(0.5 AS DOUBLE) * last_s) THEN s * 1000000 END) AS over50,
         max(CASE WHEN j = floor(CAST(0.9 AS DOUBLE) * last_s) THEN s * 1000000 END) AS under90,
         max(CASE WHEN j = ceil(CAST(0.9 AS DOUBLE) * last_s) THEN s * 1000000 END) AS over90
  FROM ranked
  GROUP BY segment
)
SELECT segment, tickets,
       n, round((below50 + (rank50 - floor(rank50)) * (above50 - below50)) / 3600000000.0, 2),
       round((below90 + (rank90 - floor(rank90)) * (above90 - below90)) / 3600000000.0, 2),
       round(total_a / nullif(n * 3600.0, 0), 2),
       m, round((under50 + (place50 - floor(place50)) * (over50 - under50)) / 3600000000.0, 2),
       round((under90 + (place90 - floor(place90)) * (over90 - under90)) / 3600000000.0, 2),
       round(total_s / nullif(m * 3600.0, 0), 2)
FROM ends
ORDER BY segment;
