-- Value and n of each number by counting; the intervals are those of the single-KPI queries.
WITH
  anchor AS (
    SELECT coalesce(CAST($day AS TIMESTAMP WITH TIME ZONE), (SELECT max(created_at) FROM tickets) - INTERVAL '3 months') AS instant
  ),
  periods AS (
    SELECT 0 AS period, date_trunc('quarter', instant) - INTERVAL '0 months' AS starts, date_trunc('quarter', instant) - INTERVAL '-3 months' AS ends FROM anchor
    UNION ALL
    SELECT 1 AS period, date_trunc('quarter', instant) - INTERVAL '3 months' AS starts, date_trunc('quarter', instant) - INTERVAL '0 months' AS ends FROM anchor
    UNION ALL
    SELECT 2 AS period, date_trunc('quarter', instant) - INTERVAL '6 months' AS starts, date_trunc('quarter', instant) - INTERVAL '3 months' AS ends FROM anchor
    UNION ALL
    SELECT 3 AS period, date_trunc('quarter', instant) - INTERVAL '9 months' AS starts, date_trunc('quarter', instant) - INTERVAL '6 months' AS ends FROM anchor
  ),
  work AS (
    SELECT period, starts, ends, told.*
    FROM periods
    JOIN (
      SELECT *,
             CASE WHEN customer_id IS NULL OR created_at IS NULL THEN NULL
                  WHEN next_at <= created_at + INTERVAL '7 days' THEN FALSE
                  WHEN created_at + INTERVAL '7 days' > newest_at THEN NULL
                  ELSE TRUE END AS is_last
      FROM (
        SELECT *, lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS next_at,
               max(created_at) OVER () AS newest_at
        FROM tickets
        WHERE merged_into_id IS NULL
      )
    ) AS told ON told.created_at >= starts AND told.created_at < ends
  ),
  paid AS (
    SELECT period, first.customer_id, first.mrr_start AS paid_before, coalesce(last.mrr_end, 0) AS paid_after
    FROM periods
    JOIN subscriptions AS first ON first.month = CAST(starts AS DATE) AND first.mrr_start > 0
    LEFT JOIN subscriptions AS last
      ON last.customer_id = first.customer_id AND last.month = CAST(ends - INTERVAL '1 month' AS DATE)
  ),
  lines AS (
    SELECT 0 AS place, 'retention and business impact' AS side, 'Cost per resolution' AS kpi, period, CAST(sum(cost) AS DOUBLE) / nullif(count(CASE WHEN resolved_at < ends AND cost IS NOT NULL THEN 1 END), 0) AS value, count(cost) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'retention and business impact' AS side, 'Cost per ticket' AS kpi, period, CAST(sum(cost) AS DOUBLE) / nullif(count(cost), 0) AS value, count(cost) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'retention and business impact' AS side, 'Customer churn rate' AS kpi, period, 100.0 * count(CASE WHEN ended_at <= ends THEN 1 END) / nullif(count(*), 0) AS value, count(*) AS n
    FROM customers JOIN periods ON started_at <= starts AND (ended_at > starts OR ended_at IS NULL) GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'retention and business impact' AS side, 'Customer retention rate' AS kpi, period, 100.0 * count(CASE WHEN ended_at > ends OR ended_at IS NULL THEN 1 END) / nullif(count(*), 0) AS value, count(*) AS n
    FROM customers JOIN periods ON started_at <= starts AND (ended_at > starts OR ended_at IS NULL) GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'retention and business impact' AS side, 'Gross revenue retention' AS kpi, period, 100 * sum(CAST(least(paid_after, paid_before) AS DOUBLE)) / nullif(sum(CAST(paid_before AS DOUBLE)), 0) AS value, count(*) AS n
    FROM paid GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'retention and business impact' AS side, 'Net revenue retention' AS kpi, period, 100 * sum(CAST(paid_after AS DOUBLE)) / nullif(sum(CAST(paid_before AS DOUBLE)), 0) AS value, count(*) AS n
    FROM paid GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'retention and business impact' AS side, 'Onboarding completion rate' AS kpi, period, 100.0 * count(CASE WHEN is_completed THEN 1 END) / nullif(count(is_completed), 0) AS value, count(is_completed) AS n
    FROM onboarding JOIN periods ON due_at >= starts AND due_at < ends GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'satisfaction and loyalty' AS side, 'Customer effort score (CES)' AS kpi, period, avg(CASE WHEN score BETWEEN 1 AND 7 THEN score END) AS value, count(CASE WHEN score BETWEEN 1 AND 7 THEN score END) AS n
    FROM surveys JOIN periods ON responded_at >= starts AND responded_at < ends WHERE kind = 'ces' GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'satisfaction and loyalty' AS side, 'Customer satisfaction (CSAT)' AS kpi, period, 100.0 * count(CASE WHEN score BETWEEN 4 AND 5 THEN 1 END) / nullif(count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END), 0) AS value, count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END) AS n
    FROM surveys JOIN periods ON responded_at >= starts AND responded_at < ends WHERE kind = 'csat' GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'satisfaction and loyalty' AS side, 'Net promoter score (NPS)' AS kpi, period, 100.0 * (count(CASE WHEN score IN (9, 10) THEN 1 END) - count(CASE WHEN score BETWEEN 0 AND 6 THEN 1 END)) / nullif(count(CASE WHEN score BETWEEN 0 AND 10 THEN 1 END), 0) AS value, count(CASE WHEN score BETWEEN 0 AND 10 THEN 1 END) AS n
    FROM surveys JOIN periods ON responded_at >= starts AND responded_at < ends WHERE kind = 'nps' GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'resolution quality and efficiency' AS side, 'First contact resolution: no repeat within 7 days' AS kpi, period, 100.0 * count(CASE WHEN is_last THEN 1 END) / nullif(count(is_last), 0) AS value, count(is_last) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'resolution quality and efficiency' AS side, 'First contact resolution: one reply' AS kpi, period, 100.0 * count(CASE WHEN replies = 1 AND reopens = 0 AND first_resolved_at IS NOT NULL THEN 1 END) / nullif(count(first_resolved_at), 0) AS value, count(first_resolved_at) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'resolution quality and efficiency' AS side, 'Resolution time, median' AS kpi, period, median(CASE WHEN resolved_at < ends THEN CASE WHEN resolved_at >= created_at THEN (date_part('epoch', resolved_at) - date_part('epoch', created_at)) / 3600 END END) AS value, count(CASE WHEN resolved_at < ends AND resolved_at >= created_at THEN 1 END) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'resolution quality and efficiency' AS side, 'Resolved in time (SLA)' AS kpi, period, 100.0 * count(CASE WHEN sla_met THEN 1 END) / nullif(count(sla_met), 0) AS value, count(sla_met) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'resolution quality and efficiency' AS side, 'Time to resolve an incident, mean' AS kpi, period, avg((date_part('epoch', resolved_at) - date_part('epoch', started_at)) / 3600) AS value, count((date_part('epoch', resolved_at) - date_part('epoch', started_at)) / 3600) AS n
    FROM incidents JOIN periods ON started_at >= starts AND started_at < ends GROUP BY period
    UNION ALL
    SELECT 3 AS place, 'responsiveness' AS side, 'First response time, median' AS kpi, period, median(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS value, count(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 3 AS place, 'responsiveness' AS side, 'Ticket volume' AS kpi, period, CAST(count(*) AS DOUBLE) AS value, count(*) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 3 AS place, 'responsiveness' AS side, 'Time to acknowledge an incident, mean' AS kpi, period, avg((date_part('epoch', acknowledged_at) - date_part('epoch', started_at)) / 60) AS value, count((date_part('epoch', acknowledged_at) - date_part('epoch', started_at)) / 60) AS n
    FROM incidents JOIN periods ON started_at >= starts AND started_at < ends GROUP BY period
    UNION ALL
    SELECT 4 AS place, 'team performance and learning' AS side, 'Agent turnover' AS kpi, period, 100.0 * count(CASE WHEN left_at <= ends THEN 1 END) / nullif(count(*), 0) AS value, count(*) AS n
    FROM agents JOIN periods ON hired_at <= starts AND (left_at > starts OR left_at IS NULL) GROUP BY period
    UNION ALL
    SELECT 4 AS place, 'team performance and learning' AS side, 'Proactive engagement rate' AS kpi, period, 100.0 * count(CASE WHEN is_engaged THEN 1 END) / nullif(count(is_engaged), 0) AS value, count(is_engaged) AS n
    FROM outreach JOIN periods ON sent_at >= starts AND sent_at < ends GROUP BY period
  )
SELECT side AS focus_area, kpi, round(max(CASE WHEN period = 3 THEN value END), 1) AS three_before,
       round(max(CASE WHEN period = 2 THEN value END), 1) AS two_before,
       round(max(CASE WHEN period = 1 THEN value END), 1) AS before,
       round(max(CASE WHEN period = 0 THEN value END), 1) AS value,
       max(CASE WHEN period = 0 THEN n END) AS n
FROM lines
GROUP BY place, side, kpi
ORDER BY place, kpi
