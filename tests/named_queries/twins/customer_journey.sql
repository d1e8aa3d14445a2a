-- Value and n of each number by counting; the intervals are those of the single-KPI queries.
WITH
  periods AS (
    SELECT CASE WHEN $from IS NULL THEN min(created_at) ELSE CAST($from AS TIMESTAMP WITH TIME ZONE) END AS starts,
           CASE WHEN $to IS NULL THEN max(created_at) + INTERVAL '1 second' ELSE CAST($to AS TIMESTAMP WITH TIME ZONE) END AS ends
    FROM tickets
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
    ) AS told ON told.created_at >= starts AND told.created_at < ends
  ),
  paid AS (
    SELECT first.customer_id, first.mrr_start AS paid_before, coalesce(last.mrr_end, 0) AS paid_after
    FROM (
      SELECT min(month) AS first_month, max(month) AS last_month
      FROM subscriptions CROSS JOIN periods
      WHERE month >= CAST(starts AS DATE) AND month + INTERVAL '1 month' <= CAST(ends AS DATE)
    )
    JOIN subscriptions AS first ON first.month = first_month AND first.mrr_start > 0
    LEFT JOIN subscriptions AS last ON last.customer_id = first.customer_id AND last.month = last_month
  ),
  lines AS (
    SELECT 1 AS place, 'onboarding' AS side, 'Onboarding completion rate' AS kpi, 100.0 * count(CASE WHEN is_completed THEN 1 END) / nullif(count(is_completed), 0) AS value, count(is_completed) AS n
    FROM onboarding JOIN periods ON due_at >= starts AND due_at < ends
    UNION ALL
    SELECT 2 AS place, 'use' AS side, 'Proactive engagement rate' AS kpi, 100.0 * count(CASE WHEN is_engaged THEN 1 END) / nullif(count(is_engaged), 0) AS value, count(is_engaged) AS n
    FROM outreach JOIN periods ON sent_at >= starts AND sent_at < ends
    UNION ALL
    SELECT 3 AS place, 'use' AS side, 'Time to resolve an incident, mean' AS kpi, avg((date_part('epoch', resolved_at) - date_part('epoch', started_at)) / 3600) AS value, count((date_part('epoch', resolved_at) - date_part('epoch', started_at)) / 3600) AS n
    FROM incidents JOIN periods ON started_at >= starts AND started_at < ends
    UNION ALL
    SELECT 4 AS place, 'contact' AS side, 'Ticket volume' AS kpi, CAST(count(*) AS DOUBLE) AS value, count(*) AS n
    FROM work
    UNION ALL
    SELECT 5 AS place, 'contact' AS side, 'First response time, median' AS kpi, median(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS value, count(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS n
    FROM work
    UNION ALL
    SELECT 6 AS place, 'contact' AS side, 'Answered within an hour' AS kpi, 100.0 * count(CASE WHEN first_response_at <= created_at + INTERVAL '1 hour' THEN 1 END) / nullif(count(first_response_at), 0) AS value, count(first_response_at) AS n
    FROM work
    UNION ALL
    SELECT 7 AS place, 'contact' AS side, 'First response in time (SLA)' AS kpi, 100.0 * count(CASE WHEN first_response_sla_met THEN 1 END) / nullif(count(first_response_sla_met), 0) AS value, count(first_response_sla_met) AS n
    FROM work
    UNION ALL
    SELECT 8 AS place, 'resolution' AS side, 'Resolution time, median' AS kpi, median(CASE WHEN resolved_at >= created_at THEN (date_part('epoch', resolved_at) - date_part('epoch', created_at)) / 3600 END) AS value, count(CASE WHEN resolved_at >= created_at THEN (date_part('epoch', resolved_at) - date_part('epoch', created_at)) / 3600 END) AS n
    FROM work
    UNION ALL
    SELECT 9 AS place, 'resolution' AS side, 'Resolved in time (SLA)' AS kpi, 100.0 * count(CASE WHEN sla_met THEN 1 END) / nullif(count(sla_met), 0) AS value, count(sla_met) AS n
    FROM work
    UNION ALL
    SELECT 10 AS place, 'resolution' AS side, 'First contact resolution: no repeat within 7 days' AS kpi, 100.0 * count(CASE WHEN is_last THEN 1 END) / nullif(count(is_last), 0) AS value, count(is_last) AS n
    FROM work
    UNION ALL
    SELECT 11 AS place, 'resolution' AS side, 'Reopen rate' AS kpi, 100.0 * count(CASE WHEN reopens > 0 AND first_resolved_at IS NOT NULL THEN 1 END) / nullif(count(first_resolved_at), 0) AS value, count(first_resolved_at) AS n
    FROM work
    UNION ALL
    SELECT 12 AS place, 'resolution' AS side, 'Escalation rate' AS kpi, 100.0 * count(CASE WHEN is_escalated THEN 1 END) / nullif(count(is_escalated), 0) AS value, count(is_escalated) AS n
    FROM work
    UNION ALL
    SELECT 13 AS place, 'feedback' AS side, 'Survey response rate' AS kpi, 100.0 * count(CASE WHEN score IS NOT NULL THEN 1 END) / nullif(count(*), 0) AS value, count(*) AS n
    FROM surveys JOIN periods ON offered_at >= starts AND offered_at < ends
    UNION ALL
    SELECT 14 AS place, 'feedback' AS side, 'Customer satisfaction (CSAT)' AS kpi, 100.0 * count(CASE WHEN score BETWEEN 4 AND 5 THEN 1 END) / nullif(count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END), 0) AS value, count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END) AS n
    FROM surveys JOIN periods ON responded_at >= starts AND responded_at < ends WHERE kind = 'csat'
    UNION ALL
    SELECT 15 AS place, 'feedback' AS side, 'Customer effort score (CES)' AS kpi, avg(CASE WHEN score BETWEEN 1 AND 7 THEN score END) AS value, count(CASE WHEN score BETWEEN 1 AND 7 THEN score END) AS n
    FROM surveys JOIN periods ON responded_at >= starts AND responded_at < ends WHERE kind = 'ces'
    UNION ALL
    SELECT 16 AS place, 'renewal' AS side, 'Net promoter score (NPS)' AS kpi, 100.0 * (count(CASE WHEN score IN (9, 10) THEN 1 END) - count(CASE WHEN score BETWEEN 0 AND 6 THEN 1 END)) / nullif(count(CASE WHEN score BETWEEN 0 AND 10 THEN 1 END), 0) AS value, count(CASE WHEN score BETWEEN 0 AND 10 THEN 1 END) AS n
    FROM surveys JOIN periods ON responded_at >= starts AND responded_at < ends WHERE kind = 'nps'
    UNION ALL
    SELECT 17 AS place, 'renewal' AS side, 'Customer churn rate' AS kpi, 100.0 * count(CASE WHEN ended_at <= ends THEN 1 END) / nullif(count(*), 0) AS value, count(*) AS n
    FROM customers JOIN periods ON started_at <= starts AND (ended_at > starts OR ended_at IS NULL)
    UNION ALL
    SELECT 18 AS place, 'renewal' AS side, 'Gross revenue retention' AS kpi, 100 * sum(CAST(least(paid_after, paid_before) AS DOUBLE)) / nullif(sum(CAST(paid_before AS DOUBLE)), 0) AS value, count(*) AS n
    FROM paid
  )
SELECT side AS stage, kpi, round(value, 1) AS value, n
FROM lines
ORDER BY place
