-- The curve as the exponential of sums of logarithms, over the seconds of each life. At risk are those who end
-- then or later, less those who come into sight only then or later.
WITH known AS (
  SELECT coalesce(CAST($from AS TIMESTAMP WITH TIME ZONE), date_trunc('month', min(ended_at))) AS first,
         coalesce(CAST($to AS TIMESTAMP WITH TIME ZONE), max(CASE WHEN ended_at IS NULL THEN started_at ELSE ended_at END)) AS last
  FROM customers
),
lives AS (
  SELECT coalesce($by, '(none)') AS segment, CASE WHEN ended_at <= last THEN 1 ELSE 0 END AS is_over,
         CASE WHEN ended_at <= last THEN date_part('epoch', ended_at) ELSE date_part('epoch', last) END - date_part('epoch', started_at) AS s,
         CASE WHEN started_at < first THEN date_part('epoch', first) - date_part('epoch', started_at) END AS seen
  FROM customers c
  CROSS JOIN known
  WHERE started_at <= last AND (ended_at IS NULL OR ended_at >= first)
),
customers_of AS (
  SELECT DISTINCT segment, count(*) OVER (PARTITION BY segment) AS customers, sum(is_over) OVER (PARTITION BY segment) AS lost FROM lives
),
changes AS (
  SELECT segment, s, sum(is_over) AS d, sum(gone) AS gone
  FROM (SELECT segment, s, is_over, 1 AS gone FROM lives
        UNION ALL
        SELECT segment, seen, 0, -1 FROM lives WHERE seen IS NOT NULL) AS each
  GROUP BY segment, s
),
risks AS (
  SELECT segment, s, d, sum(gone) OVER (PARTITION BY segment ORDER BY s DESC) AS n FROM changes
),
sums AS (
  SELECT segment, s, n, sum(CASE WHEN d < n THEN ln(1 - CAST(d AS DOUBLE) / n) END) OVER (PARTITION BY segment ORDER BY s) AS l,
         sum(CASE WHEN d > 0 AND d < n THEN d / (CAST(n AS DOUBLE) * (n - d)) END) OVER (PARTITION BY segment ORDER BY s) AS g
  FROM risks
),
exits AS (
  SELECT segment, max(CASE WHEN n >= $at_risk AND s IN (SELECT s FROM lives) THEN s END) AS reached FROM sums GROUP BY segment
),
digits AS (
  SELECT * FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS digits(digit)
),
ages AS (
  SELECT DISTINCT exits.segment, a.digit + 10 * b.digit + 100 * c.digit AS age, floor(reached / 86400.0 / 30.4375) AS up_to
  FROM exits
  CROSS JOIN digits AS a
  CROSS JOIN digits AS b
  CROSS JOIN digits AS c
),
reached AS (
  SELECT ages.segment, age, l, g, row_number() OVER (PARTITION BY ages.segment, age ORDER BY s DESC NULLS LAST) AS i
  FROM ages
  LEFT JOIN sums ON sums.segment = ages.segment AND s <= age * 2629800
  WHERE age BETWEEN 1 AND up_to
),
curve AS (
  SELECT segment, age, CASE WHEN l < 0 THEN exp(l) ELSE 1 END AS survival,
         CASE WHEN l < 0 THEN exp(l * exp(1.959963984540054 * sqrt(g) / abs(l))) ELSE 1 END AS low,
         CASE WHEN l < 0 THEN exp(l * exp(-1.959963984540054 * sqrt(g) / abs(l))) ELSE 1 END AS high,
         power(1 + $discount / 100.0, -age / 12.0) AS discounted
  FROM reached
  WHERE i = 1
),
totals AS (
  SELECT segment, max(age) AS up_to, min(survival) AS survival, min(low) AS low, min(high) AS high, sum(survival) AS months,
         sum(survival * discounted) AS paid, sum(low * discounted) AS paid_low, sum(high * discounted) AS paid_high
  FROM curve
  GROUP BY segment
),
revenue AS (
  SELECT coalesce($by, '(none)') AS segment, CAST(sum(s.mrr_end) AS DOUBLE) / nullif(count(s.mrr_end), 0) AS mrr
  FROM subscriptions s
  JOIN customers c ON c.customer_id = s.customer_id
  CROSS JOIN known
  WHERE s.month >= date_trunc('month', first) AND s.month < last
  GROUP BY 1
)
SELECT nullif(customers_of.segment, '(none)') AS segment, customers, CAST(lost AS BIGINT), CAST(up_to AS BIGINT), round(100 * survival, 1),
       round(100 * low, 1), round(100 * high, 1), round(months, 1), round(mrr, 2), round(paid * mrr * $margin / 100, 0),
       round(paid_low * mrr * $margin / 100, 0), round(paid_high * mrr * $margin / 100, 0)
FROM customers_of
LEFT JOIN totals ON totals.segment = customers_of.segment
LEFT JOIN revenue ON revenue.segment = customers_of.segment
ORDER BY nullif(customers_of.segment, '(none)');
