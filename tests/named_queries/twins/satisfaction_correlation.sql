-- The correlation from sums: (n Sxy - Sx Sy) / sqrt((n Sxx - Sx^2) (n Syy - Sy^2)).
WITH means AS (
  SELECT customer_id, kind, CAST(sum(score) AS DOUBLE) / count(score) AS mean
  FROM surveys
  WHERE score BETWEEN CASE kind WHEN 'nps' THEN 0 ELSE 1 END AND CASE kind WHEN 'csat' THEN 5 WHEN 'ces' THEN 7 ELSE 10 END
    AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
  GROUP BY customer_id, kind
),
pairs AS (
  SELECT CASE a.kind || b.kind WHEN 'csatces' THEN 1 WHEN 'csatnps' THEN 2 ELSE 3 END AS place,
         upper(a.kind) || ' and ' || upper(b.kind) AS pair, a.mean AS x, b.mean AS y
  FROM means AS a JOIN means AS b ON a.customer_id = b.customer_id
  WHERE a.kind || b.kind IN ('csatces', 'csatnps', 'cesnps')
),
sums AS (
  SELECT place, pair, CAST(count(*) AS DOUBLE) AS n, sum(x) AS sx, sum(y) AS sy, sum(x * x) AS sxx,
         sum(y * y) AS syy, sum(x * y) AS sxy
  FROM pairs
  GROUP BY place, pair
),
agreeing AS (
  SELECT sums.place AS pair_of, sum(CASE WHEN (x >= sx / n) = (y >= sy / n) THEN 1 ELSE 0 END) AS hits
  FROM pairs JOIN sums ON sums.place = pairs.place
  GROUP BY sums.place
),
related AS (
  SELECT *, (n * sxy - sx * sy) / sqrt((n * sxx - sx * sx) * (n * syy - sy * sy)) AS r
  FROM sums JOIN agreeing ON pair_of = place
)
SELECT pair, round(r, 3) AS correlation,
       CASE WHEN n > 3 AND abs(r) < 1 THEN round(tanh(0.5 * ln((1 + r) / (1 - r)) - 1.96 / sqrt(n - 3)), 3) END AS low,
       CASE WHEN n > 3 AND abs(r) < 1 THEN round(tanh(0.5 * ln((1 + r) / (1 - r)) + 1.96 / sqrt(n - 3)), 3) END AS high,
       round(100.0 * hits / n, 1) AS agree_pct, CAST(n AS BIGINT) AS n
FROM related
ORDER BY place
