-- title = "Service levels met"
-- question = "How many tickets are answered or resolved by their target, and out of which tickets?"
-- topic = "responsiveness"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["sla_rate", "first_response_sla"]
-- chart = { kind = "line", x = "period", y = ["sla_pct"], series = "segment" }
-- needs.tickets = ["created_at", "resolved_at", "due_at", "sla_met", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }
-- param.clock = { type = "text", default = "resolution", choices = ["resolution", "first_response"], about = "which target" }

-- The same desk by three denominators; name yours whenever you quote a service level:
--   n         outcome known: met, missed, or overdue while still open
--   finished  answered or resolved: what is still open does not show, however late
--   targeted  every ticket that has a target, as not met until it is met
WITH t AS (
  SELECT *,
         CASE WHEN $clock = 'resolution' THEN sla_met ELSE first_response_sla_met END AS met,
         CASE WHEN $clock = 'resolution' THEN due_at ELSE first_response_due_at END AS target,
         CASE WHEN $clock = 'resolution' THEN resolved_at ELSE first_response_at END AS finished_at
  FROM tickets
)
SELECT period, segment,
       known.n AS n, round(known.sla_rate, 1) AS sla_pct,
       round(known.low, 1) AS low_pct, round(known.high, 1) AS high_pct,
       finished.n AS finished, round(finished.sla_rate, 1) AS of_finished_pct,
       targeted.n AS targeted, round(targeted.sla_rate, 1) AS of_targeted_pct
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, created_at)::DATE END AS period,
         $by AS segment,
         sla_rate_detail(met) AS known,
         sla_rate_detail(finished_at <= target) AS finished,
         sla_rate_detail(coalesce(met, false)) FILTER (WHERE target IS NOT NULL) AS targeted
  FROM t
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
