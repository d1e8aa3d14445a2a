-- title = "Trends of the KPIs"
-- question = "Which KPIs have been rising or falling month after month, how fast, and is it more than chance?"
-- topic = "report"
-- dated = "tickets by created_at, answers by responded_at, in months in UTC; the month of the newest ticket is not over and is left out, as are a first month without its first day and merged copies"
-- kpis = ["ticket_volume", "frt_median", "first_response_sla", "art_median", "sla_rate", "fcr_one_touch", "reopen_rate", "escalation_rate", "complaint_rate", "aht", "cost_per_ticket", "csat", "ces", "nps"]
-- needs.tickets = ["created_at", "first_response_at", "first_resolved_at", "resolved_at", "first_response_sla_met", "sla_met", "replies", "reopens", "is_escalated", "is_complaint", "handle_seconds", "cost", "merged_into_id"]
-- needs.surveys = ["kind", "responded_at", "score"]
-- optional_joins = ["t"]
-- param.from = { type = "date", optional = true, about = "months that start on this day or later" }
-- param.to = { type = "date", optional = true, about = "months that start before this day" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "t.channel", team = "t.team", priority = "t.priority", plan = "t.plan", category = "t.category" }, about = "segment of the ticket; NPS is about none and has all customers only" }

-- slope is Sen's, the median of the slopes between all pairs of months, in units of the KPI a month, and low and
-- high are the ends of its 95% interval; p is that of Mann and Kendall, adjusted for the number of rows (Holm).
-- cases are the tickets or answers of all months. Under two years a season looks like a trend, and a step like a
-- slope: ask level_shifts too. Tickets of the last months may still be reopened or resolved late.
WITH
  known AS (
    SELECT date_trunc('month', min(created_at) + INTERVAL '1 month' - INTERVAL '1 day')::DATE AS first,
           date_trunc('month', max(created_at))::DATE AS last
    FROM tickets
    WHERE merged_into_id IS NULL
  ),
  of_tickets AS (
    SELECT $by AS segment, date_trunc('month', t.created_at)::DATE AS month,
           count(*) AS tickets,
           duration_median_detail(created_at, first_response_at, 'hour') AS first_wait,
           rate_detail(first_response_sla_met) AS first_sla,
           duration_median_detail(created_at, resolved_at, 'hour') AS resolution,
           rate_detail(sla_met) AS sla,
           fcr_detail(replies, reopens) FILTER (WHERE first_resolved_at IS NOT NULL) AS one_touch,
           rate_detail(reopens > 0) FILTER (WHERE first_resolved_at IS NOT NULL) AS reopened,
           rate_detail(is_escalated) AS escalated,
           rate_detail(is_complaint) AS complaint,
           aht_detail(handle_seconds) AS handled,
           cost_per_ticket_detail(cost) AS paid
    FROM tickets t
    WHERE merged_into_id IS NULL AND created_at IS NOT NULL
    GROUP BY ALL
  ),
  of_answers AS (
    SELECT $by AS segment, date_trunc('month', s.responded_at)::DATE AS month,
           csat_detail(s.score) FILTER (WHERE s.kind = 'csat') AS csat,
           ces_detail(s.score) FILTER (WHERE s.kind = 'ces') AS ces,
           nps_detail(s.score) FILTER (WHERE s.kind = 'nps') AS nps
    FROM surveys s LEFT JOIN tickets t ON t.ticket_id = s.ticket_id
    WHERE s.responded_at IS NOT NULL
    GROUP BY ALL
  ),
  lines AS (
    SELECT segment, month, unnest([
      {kpi: 'ticket_volume', value: CAST(tickets AS DOUBLE), n: tickets},
      {kpi: 'frt_median', value: first_wait.duration_median, n: first_wait.n},
      {kpi: 'first_response_sla', value: first_sla.rate, n: first_sla.n},
      {kpi: 'art_median', value: resolution.duration_median, n: resolution.n},
      {kpi: 'sla_rate', value: sla.rate, n: sla.n},
      {kpi: 'fcr_one_touch', value: one_touch.fcr, n: one_touch.n},
      {kpi: 'reopen_rate', value: reopened.rate, n: reopened.n},
      {kpi: 'escalation_rate', value: escalated.rate, n: escalated.n},
      {kpi: 'complaint_rate', value: complaint.rate, n: complaint.n},
      {kpi: 'aht', value: handled.aht, n: handled.n},
      {kpi: 'cost_per_ticket', value: paid.cost_per_ticket, n: paid.n}
    ]) AS line FROM of_tickets
    UNION ALL
    SELECT segment, month, unnest([
      {kpi: 'csat', value: csat.csat, n: csat.n},
      {kpi: 'ces', value: ces.ces, n: ces.n},
      {kpi: 'nps', value: nps.nps, n: nps.n}
    ]) FROM of_answers
  ),
  trends AS (
    SELECT line.kpi AS kpi, segment, sum(line.n)::BIGINT AS cases,
           arg_min(line.value, month) AS first_value, arg_max(line.value, month) AS last_value,
           trend_detail(12 * year(month) + month(month), line.value) AS trend
    FROM lines CROSS JOIN known
    WHERE month >= known.first AND month < known.last AND line.value IS NOT NULL
      AND ($from IS NULL OR month >= $from) AND ($to IS NULL OR month < $to)
      AND (line.kpi <> 'nps' OR segment IS NOT NULL)
    GROUP BY ALL
  ),
  adjusted AS (SELECT *, p_adjust(trend.p) OVER () AS p_adjusted FROM trends)
SELECT kpi, segment, unit, trend.n AS months, cases, round(first_value, 1) AS first_value,
       round(last_value, 1) AS last_value, round(trend.slope, 3) + 0.0 AS slope,
       round(trend.low, 3) + 0.0 AS low, round(trend.high, 3) + 0.0 AS high, round(p_adjusted, 4) AS p_adjusted,
       CASE
         WHEN p_adjusted IS NULL THEN 'too few to say'
         WHEN p_adjusted > 0.05 OR trend.slope = 0 THEN 'no clear trend'
         WHEN better NOT IN ('up', 'down') OR kpi = 'ticket_volume' THEN CASE WHEN trend.slope > 0 THEN 'rises' ELSE 'falls' END
         WHEN (trend.slope > 0) = (better = 'up') THEN 'better'
         ELSE 'worse'
       END AS trend
FROM adjusted JOIN deskql.kpis AS kpis ON kpis.name = kpi
ORDER BY kpi, segment;
