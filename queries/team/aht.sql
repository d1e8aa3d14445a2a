-- title = "Handle time"
-- question = "How much work is a ticket?"
-- topic = "team"
-- dated = "tickets by resolved_at, in UTC; merged copies are left out"
-- kpis = ["aht"]
-- chart = { kind = "line", x = "period", y = ["aht_min"], series = "segment" }
-- needs.tickets = ["resolved_at", "handle_seconds", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets resolved on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets resolved before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- Resolved tickets, on which the work is done; those that no agent touched are left out.
SELECT period, segment, work.n AS n, round(work.total / 3600.0, 1) AS total_h,
       round(work.aht / 60, 1) AS aht_min,
       round(work.low / 60, 1) AS low_min, round(work.high / 60, 1) AS high_min
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, resolved_at)::DATE END AS period,
         $by AS segment,
         aht_detail(handle_seconds) AS work
  FROM tickets
  WHERE merged_into_id IS NULL AND resolved_at IS NOT NULL
    AND ($from IS NULL OR resolved_at >= $from) AND ($to IS NULL OR resolved_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
