-- title = "Lifetime value of a customer"
-- question = "What is a new customer worth over the time they stay, by plan, region or industry?"
-- topic = "retention"
-- dated = "customers by their age since started_at, revenue by month, in UTC"
-- chart = { kind = "bar", x = "segment", y = ["value"] }
-- needs.customers = ["customer_id", "plan", "started_at", "ended_at"]
-- needs.subscriptions = ["customer_id", "month", "mrr_end"]
-- param.from = { type = "date", optional = true, about = "watch customers from this day on; by default from the month in which a customer first left" }
-- param.to = { type = "date", optional = true, about = "watch customers until this day; by default until the last start or end" }
-- param.margin = { type = "number", default = 100, about = "percent of revenue that is left after the cost of serving the customer" }
-- param.discount = { type = "number", default = 10, about = "percent a year by which later money is worth less" }
-- param.at_risk = { type = "integer", default = 30, about = "fewest customers of an age by whom it is still judged" }
-- param.by = { type = "column", default = "plan", choices = { all = "'all'", plan = "c.plan", region = "c.region", industry = "c.industry" }, about = "segment; the plan is the latest one" }

-- The sum over months of age of the share of customers who are still there (Kaplan-Meier, in months of 30.4375
-- days) x mean_mrr x margin, discounted to the start; the first payment comes after a month. It ends with
-- up_to_month, the last age with 30 customers at risk, and counts nothing after that: compare segments by months too.
-- low and high add up the ends of the curve's 95% interval, which is wider than needed; mean_mrr, of all
-- months of customers who stayed, is taken as known. months is how many of up_to_month a customer stays.
WITH
  known AS (
    SELECT coalesce(CAST($from AS TIMESTAMP WITH TIME ZONE), date_trunc('month', min(ended_at))) AS first,
           coalesce(CAST($to AS TIMESTAMP WITH TIME ZONE), max(coalesce(ended_at, started_at))) AS last
    FROM customers
  ),
  lives AS (
    SELECT $by AS segment, started_at, ended_at, first, last
    FROM customers c CROSS JOIN known
    WHERE started_at <= last AND (ended_at IS NULL OR ended_at >= first)
  ),
  counted AS (
    SELECT segment, count(*) AS customers, count(*) FILTER (WHERE ended_at <= last) AS lost FROM lives GROUP BY segment
  ),
  paid AS (
    SELECT $by AS segment, CAST(sum(s.mrr_end) AS DOUBLE) / nullif(count(s.mrr_end), 0) AS mean_mrr
    FROM subscriptions s JOIN customers c ON c.customer_id = s.customer_id CROSS JOIN known
    WHERE s.month >= date_trunc('month', first) AND s.month < last
    GROUP BY ALL
  ),
  -- The curve at the end of each month of age in which somebody left or went out of sight.
  steps AS (
    SELECT segment, ceil(time / 30.4375)::BIGINT AS month, arg_max(survival, time) AS survival,
           arg_max(coalesce(low, survival), time) AS low, arg_max(coalesce(high, survival), time) AS high,
           max(time) FILTER (WHERE at_risk >= $at_risk) AS reached
    FROM survival_curve(lives, start => started_at, end => ended_at, as_of => last, entry => first,
                        unit => 'day', by => segment)
    GROUP BY ALL
  ),
  based AS (
    SELECT *, floor(max(reached) OVER (PARTITION BY segment) / 30.4375)::BIGINT AS up_to
    FROM (SELECT * FROM steps UNION ALL SELECT DISTINCT segment, -1, 100.0, 100.0, 100.0, NULL FROM lives)
  ),
  ages AS (SELECT unnest(generate_series(1, (SELECT max(up_to) FROM based))) AS age),
  curve AS (
    SELECT segment, age, arg_max(survival, month) / 100 AS survival, arg_max(low, month) / 100 AS low,
           arg_max(high, month) / 100 AS high, power(1 + $discount / 100, -age / 12.0) AS discounted
    FROM based JOIN ages ON month <= age AND age <= up_to
    GROUP BY segment, age
  ),
  sums AS (
    SELECT segment, max(age) AS up_to_month, min(survival) AS survival, min(low) AS low, min(high) AS high,
           sum(survival) AS months, sum(survival * discounted) AS paid_months, sum(low * discounted) AS paid_low,
           sum(high * discounted) AS paid_high
    FROM curve
    GROUP BY segment
  )
SELECT counted.segment, customers, lost, up_to_month, round(100 * survival, 1) AS still_pct,
       round(100 * low, 1) AS still_low_pct, round(100 * high, 1) AS still_high_pct, round(months, 1) AS months,
       round(mean_mrr, 2) AS mean_mrr, round(paid_months * mean_mrr * $margin / 100, 0) AS value,
       round(paid_low * mean_mrr * $margin / 100, 0) AS low, round(paid_high * mean_mrr * $margin / 100, 0) AS high
FROM counted
  LEFT JOIN sums ON sums.segment IS NOT DISTINCT FROM counted.segment
  LEFT JOIN paid ON paid.segment IS NOT DISTINCT FROM counted.segment
ORDER BY counted.segment;
