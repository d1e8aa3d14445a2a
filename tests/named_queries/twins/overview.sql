-- Value and n of each number by counting; the intervals are those of the single-KPI queries.
WITH
  periods AS (
    SELECT max(created_at) - INTERVAL '1 year' AS starts, max(created_at) AS ends FROM tickets
  ),
  work AS (
    SELECT starts, ends, told.*
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
    ) AS told ON told.created_at > starts AND told.created_at <= ends
  ),
  lines AS (
    SELECT 1 AS place, 'Customer' AS area, 'Net Promoter Score' AS kpi, 100.0 * (count(CASE WHEN score IN (9, 10) THEN 1 END) - count(CASE WHEN score BETWEEN 0 AND 6 THEN 1 END)) / nullif(count(CASE WHEN score BETWEEN 0 AND 10 THEN 1 END), 0) AS value, count(CASE WHEN score BETWEEN 0 AND 10 THEN 1 END) AS n
    FROM surveys JOIN periods ON responded_at > starts AND responded_at <= ends WHERE kind = 'nps'
    UNION ALL
    SELECT 2 AS place, 'Customer' AS area, 'Customer satisfaction' AS kpi, 100.0 * count(CASE WHEN score BETWEEN 4 AND 5 THEN 1 END) / nullif(count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END), 0) AS value, count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END) AS n
    FROM surveys JOIN periods ON responded_at > starts AND responded_at <= ends WHERE kind = 'csat'
    UNION ALL
    SELECT 3 AS place, 'Customer' AS area, 'Customer effort (higher is easier)' AS kpi, avg(CASE WHEN score BETWEEN 1 AND 7 THEN score END) AS value, count(CASE WHEN score BETWEEN 1 AND 7 THEN score END) AS n
    FROM surveys JOIN periods ON responded_at > starts AND responded_at <= ends WHERE kind = 'ces'
    UNION ALL
    SELECT 4 AS place, 'Speed' AS area, 'First response, median' AS kpi, median(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS value, count(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS n
    FROM work
    UNION ALL
    SELECT 5 AS place, 'Speed' AS area, 'First response, mean' AS kpi, avg(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS value, count(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS n
    FROM work
    UNION ALL
    SELECT 6 AS place, 'Speed' AS area, 'Resolution, median' AS kpi, median(CASE WHEN resolved_at >= created_at THEN (date_part('epoch', resolved_at) - date_part('epoch', created_at)) / 3600 END) AS value, count(CASE WHEN resolved_at >= created_at THEN (date_part('epoch', resolved_at) - date_part('epoch', created_at)) / 3600 END) AS n
    FROM work
    UNION ALL
    SELECT 7 AS place, 'Speed' AS area, 'Resolution, mean' AS kpi, avg(CASE WHEN resolved_at >= created_at THEN (date_part('epoch', resolved_at) - date_part('epoch', created_at)) / 3600 END) AS value, count(CASE WHEN resolved_at >= created_at THEN (date_part('epoch', resolved_at) - date_part('epoch', created_at)) / 3600 END) AS n
    FROM work
    UNION ALL
    SELECT 8 AS place, 'Speed' AS area, 'Resolved in time (SLA)' AS kpi, 100.0 * count(CASE WHEN sla_met THEN 1 END) / nullif(count(sla_met), 0) AS value, count(sla_met) AS n
    FROM work
    UNION ALL
    SELECT 9 AS place, 'Quality' AS area, 'Resolved with one reply' AS kpi, 100.0 * count(CASE WHEN replies = 1 AND reopens = 0 AND first_resolved_at IS NOT NULL THEN 1 END) / nullif(count(first_resolved_at), 0) AS value, count(first_resolved_at) AS n
    FROM work
    UNION ALL
    SELECT 10 AS place, 'Quality' AS area, 'No repeat contact in 7 days' AS kpi, 100.0 * count(CASE WHEN is_last THEN 1 END) / nullif(count(is_last), 0) AS value, count(is_last) AS n
    FROM work
    UNION ALL
    SELECT 11 AS place, 'Quality' AS area, 'Reopened' AS kpi, 100.0 * count(CASE WHEN reopens > 0 AND first_resolved_at IS NOT NULL THEN 1 END) / nullif(count(first_resolved_at), 0) AS value, count(first_resolved_at) AS n
    FROM work
    UNION ALL
    SELECT 12 AS place, 'Quality' AS area, 'Escalated' AS kpi, 100.0 * count(CASE WHEN is_escalated THEN 1 END) / nullif(count(is_escalated), 0) AS value, count(is_escalated) AS n
    FROM work
    UNION ALL
    SELECT 13 AS place, 'Workload' AS area, 'Tickets' AS kpi, CAST(count(*) AS DOUBLE) AS value, count(*) AS n
    FROM work
    UNION ALL
    SELECT 14 AS place, 'Workload' AS area, 'Not closed at the end' AS kpi, CAST(count(CASE WHEN created_at <= ends AND (closed_at > ends OR closed_at IS NULL) THEN 1 END) AS DOUBLE) AS value, count(CASE WHEN created_at <= ends AND (closed_at > ends OR closed_at IS NULL) THEN 1 END) AS n
    FROM tickets CROSS JOIN periods WHERE merged_into_id IS NULL
    UNION ALL
    SELECT 15 AS place, 'Workload' AS area, 'Handle time, mean' AS kpi, avg(handle_seconds / 60.0) AS value, count(handle_seconds / 60.0) AS n
    FROM work
    UNION ALL
    SELECT 16 AS place, 'Workload' AS area, 'Cost per resolution' AS kpi, CAST(sum(cost) AS DOUBLE) / nullif(count(CASE WHEN resolved_at IS NOT NULL AND cost IS NOT NULL THEN 1 END), 0) AS value, count(cost) AS n
    FROM work
    UNION ALL
    SELECT 17 AS place, 'Incidents' AS area, 'Time to acknowledge, mean' AS kpi, avg((date_part('epoch', acknowledged_at) - date_part('epoch', started_at)) / 60) AS value, count((date_part('epoch', acknowledged_at) - date_part('epoch', started_at)) / 60) AS n
    FROM incidents JOIN periods ON started_at > starts AND started_at <= ends
    UNION ALL
    SELECT 18 AS place, 'Incidents' AS area, 'Time to resolve, mean' AS kpi, avg((date_part('epoch', resolved_at) - date_part('epoch', started_at)) / 3600) AS value, count((date_part('epoch', resolved_at) - date_part('epoch', started_at)) / 3600) AS n
    FROM incidents JOIN periods ON started_at > starts AND started_at <= ends
    UNION ALL
    SELECT 19 AS place, 'Money' AS area, 'Customer churn in the year' AS kpi, 100.0 * count(CASE WHEN ended_at <= ends THEN 1 END) / nullif(count(*), 0) AS value, count(*) AS n
    FROM customers JOIN periods ON started_at <= starts AND (ended_at > starts OR ended_at IS NULL)
    UNION ALL
    SELECT 20 AS place, 'Money' AS area, 'Net revenue retention per month' AS kpi, 100 * sum(CAST(coalesce(mrr_end, 0) AS DOUBLE)) / nullif(sum(CAST(mrr_start AS DOUBLE)), 0) AS value, count(*) AS n
    FROM subscriptions JOIN periods ON month > starts AND month <= ends AND mrr_start > 0
    UNION ALL
    SELECT 21 AS place, 'Money' AS area, 'Gross revenue retention per month' AS kpi, 100 * sum(CAST(least(coalesce(mrr_end, 0), mrr_start) AS DOUBLE)) / nullif(sum(CAST(mrr_start AS DOUBLE)), 0) AS value, count(*) AS n
    FROM subscriptions JOIN periods ON month > starts AND month <= ends AND mrr_start > 0
  )
SELECT area, kpi, round(value, 1) AS value, n
FROM lines
ORDER BY place
