-- title = "CSAT, CES and NPS of the same customers"
-- question = "Do CSAT, CES and NPS agree, that is, do the same customers score high on all of them?"
-- topic = "satisfaction"
-- dated = "answers by responded_at"
-- kpis = ["csat", "ces", "nps"]
-- chart = { kind = "bar", x = "pair", y = ["correlation"] }
-- needs.surveys = ["kind", "customer_id", "responded_at", "score"]
-- param.from = { type = "date", optional = true, about = "answers of this day or later" }
-- param.to = { type = "date", optional = true, about = "answers before this day" }

-- Pearson's correlation of the customers' mean scores, over customers who answered both surveys, with
-- Fisher's 95% interval: 1 is in step, 0 unrelated, -1 opposite. Few answers a customer pull it
-- towards 0. agree_pct is the share of those customers who are on the same side of both means.
-- ces(score, 5) is the mean of answers on a scale from 1 to 5, and refuses others, as avg would not.
WITH
  customers_mean AS (
    SELECT customer_id,
           ces(score, 5) FILTER (WHERE kind = 'csat') AS csat,
           ces(score, 7) FILTER (WHERE kind = 'ces') AS ces,
           feedback_score(score, 10) FILTER (WHERE kind = 'nps') AS nps
    FROM surveys
    WHERE score IS NOT NULL AND responded_at IS NOT NULL
      AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
    GROUP BY customer_id
  ),
  pairs AS (
    SELECT 1 AS place, 'CSAT and CES' AS pair, csat AS x, ces AS y FROM customers_mean
    UNION ALL
    SELECT 2, 'CSAT and NPS', csat, nps FROM customers_mean
    UNION ALL
    SELECT 3, 'CES and NPS', ces, nps FROM customers_mean
  ),
  complete AS (
    SELECT place, pair, x, y, avg(x) OVER (PARTITION BY pair) AS mean_x, avg(y) OVER (PARTITION BY pair) AS mean_y
    FROM pairs
    WHERE x IS NOT NULL AND y IS NOT NULL
  ),
  related AS (
    SELECT place, pair, count(*) AS customers,
           CASE WHEN stddev(x) > 0 AND stddev(y) > 0 THEN corr(x, y) END AS r,
           rate((x >= mean_x) = (y >= mean_y)) AS agree_pct
    FROM complete
    GROUP BY place, pair
  )
SELECT pair, round(r, 3) AS correlation,
       CASE WHEN customers > 3 AND abs(r) < 1 THEN round(tanh(atanh(r) - 1.96 / sqrt(customers - 3)), 3) END AS low,
       CASE WHEN customers > 3 AND abs(r) < 1 THEN round(tanh(atanh(r) + 1.96 / sqrt(customers - 3)), 3) END AS high,
       round(agree_pct, 1) AS agree_pct, customers AS n
FROM related
ORDER BY place
