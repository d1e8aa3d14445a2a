-- title = "Level shifts"
-- question = "Since which week have satisfaction, the SLA rate, reopens or the number of tickets been on another level?"
-- topic = "team"
-- dated = "answers by responded_at, tickets by created_at, in weeks from Monday in the time zone asked for, or UTC; merged copies are left out"
-- kpis = ["csat", "sla_rate", "reopen_rate", "ticket_volume"]
-- needs.surveys = ["kind", "responded_at", "score"]
-- needs.tickets = ["created_at", "first_resolved_at", "sla_met", "reopens", "merged_into_id"]
-- optional_joins = ["t"]
-- param.from = { type = "date", optional = true, about = "weeks that start on this day or later" }
-- param.to = { type = "date", optional = true, about = "weeks that start before this day" }
-- param.zone = { type = "text", default = "UTC", about = "time zone whose weeks count, such as America/New_York" }
-- param.weeks = { type = "integer", default = 4, about = "fewest weeks between two changes" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "t.channel", team = "t.team", priority = "t.priority", plan = "t.plan", category = "t.category" }, about = "segment, each searched by itself" }

-- before and after are the levels of the stretches on either side, until the next change; cases are answers or
-- tickets, of the volume weeks. The search has no p: it would be wrong after a look at every week. Ask
-- csat_before_after, or compare_rate, what else happened around a week that is listed.
WITH
  answers AS (
    SELECT $by AS segment, date_trunc('week', local_time(s.responded_at, $zone))::DATE AS week, count(*) FILTER (WHERE s.score >= 4) AS hits,
           count(*) AS n
    FROM surveys s LEFT JOIN tickets t ON t.ticket_id = s.ticket_id
    WHERE s.kind = 'csat' AND s.responded_at IS NOT NULL AND s.score BETWEEN 1 AND 5
    GROUP BY ALL
  ),
  of_week AS (
    SELECT $by AS segment, date_trunc('week', local_time(t.created_at, $zone))::DATE AS week, first_resolved_at, sla_met, reopens
    FROM tickets t
    WHERE created_at IS NOT NULL AND merged_into_id IS NULL
  ),
  weeks AS (
    SELECT segment, week, count(*) AS tickets,
           count(*) FILTER (WHERE sla_met) AS met, count(sla_met) AS due,
           count(*) FILTER (WHERE first_resolved_at IS NOT NULL AND reopens > 0) AS reopened,
           count(reopens) FILTER (WHERE first_resolved_at IS NOT NULL) AS solved,
           min(min(week)) OVER () AS first, max(max(week)) OVER () AS last
    FROM of_week
    WHERE ($from IS NULL OR week >= $from) AND ($to IS NULL OR week < $to)
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
SELECT kpi, segment, change_at AS week, round(before, 1) AS before, round(after, 1) AS after,
       n_before AS cases_before, n_after AS cases_after
FROM found
ORDER BY kpi, segment, week;
