-- Value and n of each number by counting; the intervals are those of the single-KPI queries.
WITH
  anchor AS (
    SELECT coalesce(CAST($day AS TIMESTAMP WITH TIME ZONE), (SELECT max(created_at) FROM tickets) - INTERVAL '1 month') AS instant
  ),
  periods AS (
    SELECT 'now' AS period, date_trunc('month', instant) AS starts, date_trunc('month', instant) + INTERVAL '1 month' AS ends FROM anchor
    UNION ALL
    SELECT 'before', date_trunc('month', instant) - INTERVAL '1 month', date_trunc('month', instant) FROM anchor
    UNION ALL
    SELECT 'year ago', date_trunc('month', instant) - INTERVAL '1 year', date_trunc('month', instant) - INTERVAL '11 months' FROM anchor
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
    SELECT 0 AS place, 'responsiveness' AS side, 'Answered within an hour' AS kpi, period, 100.0 * count(CASE WHEN first_response_at <= created_at + INTERVAL '1 hour' THEN 1 END) / nullif(count(first_response_at), 0) AS value, count(first_response_at) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'responsiveness' AS side, 'First response in time (SLA)' AS kpi, period, 100.0 * count(CASE WHEN first_response_sla_met THEN 1 END) / nullif(count(first_response_sla_met), 0) AS value, count(first_response_sla_met) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'responsiveness' AS side, 'First response time, 90th percentile' AS kpi, period, percentile_cont(0.9) WITHIN GROUP (ORDER BY CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS value, count(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'responsiveness' AS side, 'First response time, mean' AS kpi, period, avg(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS value, count(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'responsiveness' AS side, 'First response time, median' AS kpi, period, median(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS value, count(CASE WHEN first_response_at >= created_at THEN (date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 3600 END) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'responsiveness' AS side, 'Ticket volume' AS kpi, period, CAST(count(*) AS DOUBLE) AS value, count(*) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 0 AS place, 'responsiveness' AS side, 'Time to acknowledge an incident, mean' AS kpi, period, avg((date_part('epoch', acknowledged_at) - date_part('epoch', started_at)) / 60) AS value, count((date_part('epoch', acknowledged_at) - date_part('epoch', started_at)) / 60) AS n
    FROM incidents JOIN periods ON started_at >= starts AND started_at < ends GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'resolution quality and efficiency' AS side, 'Backlog' AS kpi, period, CAST(count(CASE WHEN created_at <= ends AND (closed_at > ends OR closed_at IS NULL) THEN 1 END) AS DOUBLE) AS value, count(CASE WHEN created_at <= ends AND (closed_at > ends OR closed_at IS NULL) THEN 1 END) AS n
    FROM tickets CROSS JOIN periods WHERE merged_into_id IS NULL GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'resolution quality and efficiency' AS side, 'First contact resolution: no repeat within 7 days' AS kpi, period, 100.0 * count(CASE WHEN is_last THEN 1 END) / nullif(count(is_last), 0) AS value, count(is_last) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'resolution quality and efficiency' AS side, 'First contact resolution: one reply' AS kpi, period, 100.0 * count(CASE WHEN replies = 1 AND reopens = 0 AND first_resolved_at IS NOT NULL THEN 1 END) / nullif(count(first_resolved_at), 0) AS value, count(first_resolved_at) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'resolution quality and efficiency' AS side, 'Interactions per ticket' AS kpi, period, avg(CASE WHEN resolved_at IS NOT NULL THEN replies + customer_messages END) AS value, count(CASE WHEN resolved_at IS NOT NULL THEN replies + customer_messages END) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'resolution quality and efficiency' AS side, 'Overdue backlog' AS kpi, period, CAST(count(CASE WHEN created_at <= ends AND due_at < ends AND (closed_at > ends OR closed_at IS NULL) THEN 1 END) AS DOUBLE) AS value, count(CASE WHEN created_at <= ends AND (closed_at > ends OR closed_at IS NULL) THEN 1 END) AS n
    FROM tickets CROSS JOIN periods WHERE merged_into_id IS NULL GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'resolution quality and efficiency' AS side, 'Reopen rate' AS kpi, period, 100.0 * count(CASE WHEN reopens > 0 AND first_resolved_at IS NOT NULL THEN 1 END) / nullif(count(first_resolved_at), 0) AS value, count(first_resolved_at) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'resolution quality and efficiency' AS side, 'Resolution rate' AS kpi, period, 100.0 * count(CASE WHEN resolved_at < ends THEN 1 END) / nullif(count(*), 0) AS value, count(*) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'resolution quality and efficiency' AS side, 'Resolution time, median' AS kpi, period, median(CASE WHEN resolved_at < ends THEN CASE WHEN resolved_at >= created_at THEN (date_part('epoch', resolved_at) - date_part('epoch', created_at)) / 3600 END END) AS value, count(CASE WHEN resolved_at < ends AND resolved_at >= created_at THEN 1 END) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'resolution quality and efficiency' AS side, 'Resolved in time (SLA)' AS kpi, period, 100.0 * count(CASE WHEN sla_met THEN 1 END) / nullif(count(sla_met), 0) AS value, count(sla_met) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 1 AS place, 'resolution quality and efficiency' AS side, 'Time to resolve an incident, mean' AS kpi, period, avg((date_part('epoch', resolved_at) - date_part('epoch', started_at)) / 3600) AS value, count((date_part('epoch', resolved_at) - date_part('epoch', started_at)) / 3600) AS n
    FROM incidents JOIN periods ON started_at >= starts AND started_at < ends GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'satisfaction and loyalty' AS side, 'Complaint rate' AS kpi, period, 100.0 * count(CASE WHEN is_complaint THEN 1 END) / nullif(count(is_complaint), 0) AS value, count(is_complaint) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'satisfaction and loyalty' AS side, 'Complaints resolved' AS kpi, period, 100.0 * count(CASE WHEN is_complaint AND resolved_at < ends THEN 1 END) / nullif(count(CASE WHEN is_complaint THEN 1 END), 0) AS value, count(CASE WHEN is_complaint THEN 1 END) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'satisfaction and loyalty' AS side, 'Customer effort score (CES)' AS kpi, period, avg(CASE WHEN score BETWEEN 1 AND 7 THEN score END) AS value, count(CASE WHEN score BETWEEN 1 AND 7 THEN score END) AS n
    FROM surveys JOIN periods ON responded_at >= starts AND responded_at < ends WHERE kind = 'ces' GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'satisfaction and loyalty' AS side, 'Customer satisfaction (CSAT)' AS kpi, period, 100.0 * count(CASE WHEN score BETWEEN 4 AND 5 THEN 1 END) / nullif(count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END), 0) AS value, count(CASE WHEN score BETWEEN 1 AND 5 THEN 1 END) AS n
    FROM surveys JOIN periods ON responded_at >= starts AND responded_at < ends WHERE kind = 'csat' GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'satisfaction and loyalty' AS side, 'Net promoter score (NPS)' AS kpi, period, 100.0 * (count(CASE WHEN score IN (9, 10) THEN 1 END) - count(CASE WHEN score BETWEEN 0 AND 6 THEN 1 END)) / nullif(count(CASE WHEN score BETWEEN 0 AND 10 THEN 1 END), 0) AS value, count(CASE WHEN score BETWEEN 0 AND 10 THEN 1 END) AS n
    FROM surveys JOIN periods ON responded_at >= starts AND responded_at < ends WHERE kind = 'nps' GROUP BY period
    UNION ALL
    SELECT 2 AS place, 'satisfaction and loyalty' AS side, 'Survey response rate' AS kpi, period, 100.0 * count(CASE WHEN score IS NOT NULL THEN 1 END) / nullif(count(*), 0) AS value, count(*) AS n
    FROM surveys JOIN periods ON offered_at >= starts AND offered_at < ends GROUP BY period
    UNION ALL
    SELECT 3 AS place, 'team performance and learning' AS side, 'Escalation rate' AS kpi, period, 100.0 * count(CASE WHEN is_escalated THEN 1 END) / nullif(count(is_escalated), 0) AS value, count(is_escalated) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 3 AS place, 'team performance and learning' AS side, 'Handle time, mean (AHT)' AS kpi, period, avg(handle_seconds) AS value, count(handle_seconds) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 3 AS place, 'team performance and learning' AS side, 'Proactive engagement rate' AS kpi, period, 100.0 * count(CASE WHEN is_engaged THEN 1 END) / nullif(count(is_engaged), 0) AS value, count(is_engaged) AS n
    FROM outreach JOIN periods ON sent_at >= starts AND sent_at < ends GROUP BY period
    UNION ALL
    SELECT 3 AS place, 'team performance and learning' AS side, 'Tickets per agent' AS kpi, period, CAST(count(agent_id) AS DOUBLE) / nullif(count(DISTINCT agent_id), 0) AS value, count(agent_id) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 4 AS place, 'retention and business impact' AS side, 'Cost per resolution' AS kpi, period, CAST(sum(cost) AS DOUBLE) / nullif(count(CASE WHEN resolved_at < ends AND cost IS NOT NULL THEN 1 END), 0) AS value, count(cost) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 4 AS place, 'retention and business impact' AS side, 'Cost per ticket' AS kpi, period, CAST(sum(cost) AS DOUBLE) / nullif(count(cost), 0) AS value, count(cost) AS n
    FROM work GROUP BY period
    UNION ALL
    SELECT 4 AS place, 'retention and business impact' AS side, 'Customer churn rate' AS kpi, period, 100.0 * count(CASE WHEN ended_at <= ends THEN 1 END) / nullif(count(*), 0) AS value, count(*) AS n
    FROM customers JOIN periods ON started_at <= starts AND (ended_at > starts OR ended_at IS NULL) GROUP BY period
    UNION ALL
    SELECT 4 AS place, 'retention and business impact' AS side, 'Gross revenue retention' AS kpi, period, 100 * sum(CAST(least(paid_after, paid_before) AS DOUBLE)) / nullif(sum(CAST(paid_before AS DOUBLE)), 0) AS value, count(*) AS n
    FROM paid GROUP BY period
    UNION ALL
    SELECT 4 AS place, 'retention and business impact' AS side, 'Net revenue retention' AS kpi, period, 100 * sum(CAST(paid_after AS DOUBLE)) / nullif(sum(CAST(paid_before AS DOUBLE)), 0) AS value, count(*) AS n
    FROM paid GROUP BY period
    UNION ALL
    SELECT 4 AS place, 'retention and business impact' AS side, 'Onboarding completion rate' AS kpi, period, 100.0 * count(CASE WHEN is_completed THEN 1 END) / nullif(count(is_completed), 0) AS value, count(is_completed) AS n
    FROM onboarding JOIN periods ON due_at >= starts AND due_at < ends GROUP BY period
  )
SELECT side AS focus_area, kpi, round(max(CASE WHEN period = 'now' THEN value END), 1) AS value,
       round(max(CASE WHEN period = 'before' THEN value END), 1) AS before,
       round(max(CASE WHEN period = 'year ago' THEN value END), 1) AS year_ago,
       max(CASE WHEN period = 'now' THEN n END) AS n,
       max(CASE WHEN period = 'before' THEN n END) AS n_before,
       max(CASE WHEN period = 'year ago' THEN n END) AS n_year_ago
FROM lines
GROUP BY place, side, kpi
ORDER BY place, kpi
