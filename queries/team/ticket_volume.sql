-- title = "Ticket volume"
-- question = "How many tickets come in, and where is it growing?"
-- topic = "team"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["ticket_volume"]
-- chart = { kind = "line", x = "period", y = ["tickets"], series = "segment" }
-- needs.tickets = ["created_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- share_pct is of all tickets of the period, change_pct is against the segment's period before.
SELECT period, segment, tickets,
       round(100.0 * tickets / sum(tickets) OVER (PARTITION BY period), 1) AS share_pct,
       round(100.0 * tickets / lag(tickets) OVER (PARTITION BY segment ORDER BY period) - 100, 1)
         AS change_pct
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, created_at)::DATE END AS period,
         $by AS segment,
         count(*) AS tickets
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
