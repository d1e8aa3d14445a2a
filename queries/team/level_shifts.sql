-- title = "Level shifts"
-- question = "Since which week have satisfaction, the SLA rate, reopens or the number of tickets been on another level?"
-- topic = "team"
-- dated = "answers by responded_at, tickets by created_at, in weeks from Monday in UTC; merged copies are left out"
-- kpis = ["csat", "sla_rate", "reopen_rate", "ticket_volume"]
-- needs.surveys = ["kind", "ticket_id", "responded_at", "score"]
-- needs.tickets = ["ticket_id", "created_at", "first_resolved_at", "sla_met", "reopens", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "weeks that start on this day or later" }
-- param.to = { type = "date", optional = true, about = "weeks that start before this day" }
-- param.weeks = { type = "integer", default = 4, about = "fewest weeks between two changes" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment, each searched by itself" }

-- before and after are the levels of the stretches on either side, until the next change; n counts answers or
-- tickets, of the volume weeks. The search has no p: it would be wrong after a look at every week. Ask
-- csat_before_after, or compare_rate, what else happened around a week that is listed.
WITH
  t AS (
    SELECT *, $by AS segment, date_trunc('week', created_at)::DATE AS week FROM tickets WHERE created_at IS NOT NULL
  ),
  -- One row a ticket, so that no answer is counted twice.
  of_ticket AS (SELECT ticket_id, max(segment) AS segment FROM t GROUP BY ticket_id),
  answers AS (
    SELECT segment, date_trunc('week', responded_at)::DATE AS week, count(*) FILTER (WHERE score >= 4) AS hits,
           count(*) AS n
    FROM surveys JOIN of_ticket USING (ticket_id)
    WHERE kind = 'csat' AND responded_at IS NOT NULL AND score BETWEEN 1 AND 5
    GROUP BY ALL
  ),
  weeks AS (
    SELECT segment, week, count(*) AS tickets,
           count(*) FILTER (WHERE sla_met) AS met, count(sla_met) AS due,
           count(*) FILTER (WHERE first_resolved_at IS NOT NULL AND reopens > 0) AS reopened,
           count(reopens) FILTER (WHERE first_resolved_at IS NOT NULL) AS solved,
           min(min(week)) OVER () AS first, max(max(week)) OVER () AS last
    FROM t
    WHERE merged_into_id IS NULL AND ($from IS NULL OR week >= $from) AND ($to IS NULL OR week < $to)
    GROUP BY ALL
  ),
  found AS (
    SELECT 'csat_pct' AS kpi, * FROM change_points(
      (SELECT * FROM answers WHERE ($from IS NULL OR week >= $from) AND ($to IS NULL OR week < $to)),
      time => week, hits => hits, n => n, by => segment, kind => 'rate', grain => 'week', min_size => $weeks)
    UNION ALL
    SELECT 'sla_pct', * FROM change_points(weeks, time => week, hits => met, n => due, by => segment, kind => 'rate',
      grain => 'week', min_size => $weeks)
    UNION ALL
    SELECT 'reopened_pct', * FROM change_points(weeks, time => week, hits => reopened, n => solved, by => segment,
      kind => 'rate', grain => 'week', min_size => $weeks)
    UNION ALL
    -- The first and the last week are rarely whole.
    SELECT 'tickets', * FROM change_points((SELECT * FROM weeks WHERE week > first AND week < last), time => week,
      value => tickets, by => segment, grain => 'week', min_size => $weeks, missing => 'zero')
  )
SELECT kpi, segment, change_at AS week, round(before, 1) AS before, round(after, 1) AS after, n_before, n_after
FROM found
ORDER BY kpi, segment, week;
