-- title = "Time to resolution, open tickets included"
-- question = "What share of tickets is resolved within an hour, a day or a week, while others are still open?"
-- topic = "resolution"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- chart = { kind = "line", x = "hours", y = ["resolved_pct"], series = "segment" }
-- needs.tickets = ["team", "created_at", "resolved_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.as_of = { type = "timestamp", optional = true, about = "the instant of asking, in UTC; that of the last creation or resolution when absent" }
-- param.by = { type = "column", default = "team", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }
-- param.end = { type = "column", default = "last", choices = { last = "resolved_at", first = "first_resolved_at" }, about = "which resolution counts; they differ when a ticket is reopened" }

-- A ticket that is open at as_of counts until then, so that the fast ones do not stand for all; resolved
-- is the number that ended by then. Kaplan-Meier with Greenwood's 95% interval on the log-log scale.
WITH known AS (
  -- A resolution in the year 9999 is none.
  SELECT coalesce($as_of, greatest(max(created_at), max($end) FILTER (WHERE year($end) < 9999))) AS asked_at
  FROM tickets
  WHERE merged_into_id IS NULL
),
lives AS (
  SELECT $by AS segment, created_at, $end AS done, asked_at
  FROM tickets, known
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
),
curves AS (
  SELECT *
  FROM survival_curve(lives, start => created_at, end => done, as_of => asked_at, unit => 'hour', by => segment)
),
marks AS (
  SELECT unnest([1, 4, 8, 24, 48, 72, 168, 336, 720]) AS hours
),
reached AS (
  SELECT segment, hours, max(at_risk) AS n,
         coalesce(sum(events) FILTER (WHERE time <= hours), 0) AS resolved,
         coalesce(min(survival) FILTER (WHERE time <= hours), 100) AS survival,
         coalesce(arg_max(low, time) FILTER (WHERE time <= hours), 100) AS low,
         coalesce(arg_max(high, time) FILTER (WHERE time <= hours), 100) AS high
  FROM curves, marks
  GROUP BY ALL
)
SELECT segment, hours, n, resolved, round(100 - survival, 1) AS resolved_pct,
       CASE WHEN survival > 0 THEN round(100 - high, 1) END AS low_pct,
       CASE WHEN survival > 0 THEN round(100 - low, 1) END AS high_pct
FROM reached
ORDER BY segment, hours;
