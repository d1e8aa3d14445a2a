-- Sums in whole cents, which are exact; the spread in 1024ths of a dollar, in which the functions keep
-- squares.
WITH cents AS (
  SELECT $by AS segment,
         CASE WHEN is_escalated THEN CAST(cost * 100 AS BIGINT) END AS e,
         CASE WHEN NOT is_escalated THEN CAST(cost * 100 AS BIGINT) END AS o
  FROM tickets
  WHERE merged_into_id IS NULL AND closed_at IS NOT NULL
    AND ($from IS NULL OR closed_at >= $from) AND ($to IS NULL OR closed_at < $to)
),
figures AS (
  SELECT segment, count(e) AS n_e, sum(e) / nullif(count(e) * 100.0, 0) AS cost_e,
         count(o) AS n_o, sum(o) / nullif(count(o) * 100.0, 0) AS cost_o,
         1.959963984540054 * sqrt(var_samp(floor(e * 1024 / 100.0) / 1024) / nullif(count(e), 0)
           + var_samp(floor(o * 1024 / 100.0) / 1024) / nullif(count(o), 0)) AS half
  FROM cents
  GROUP BY segment
)
SELECT segment, n_e, round(cost_e, 2), n_o, round(cost_o, 2), round(cost_e - cost_o, 2),
       round(cost_e - cost_o - half, 2), round(cost_e - cost_o + half, 2)
FROM figures
ORDER BY segment;
