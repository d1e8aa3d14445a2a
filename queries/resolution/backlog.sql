-- title = "Backlog"
-- question = "How many tickets are open, and how many overdue, at the end of each day, week or month?"
-- topic = "resolution"
-- dated = "the end of the period, in the time zone asked for, or UTC; merged copies are left out"
-- kpis = ["backlog", "overdue_backlog"]
-- chart = { kind = "line", x = "period", y = ["open_at_end", "overdue_at_end"] }
-- needs.tickets = ["created_at", "closed_at", "due_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "periods that start on this day or later" }
-- param.to = { type = "date", optional = true, about = "periods that start before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year"], about = "length of a period" }
-- param.zone = { type = "text", default = "UTC", about = "time zone whose days count, such as America/New_York" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- The numbers that backlog(created_at, closed_at, at) and overdue_backlog(..) give for the end of each
-- whole period, from one pass: what opened so far less what closed so far.
WITH lives AS (
  SELECT $by AS segment, backlog_moves(created_at, closed_at, due_at, $grain, $zone) AS moves
  FROM tickets
  WHERE merged_into_id IS NULL
  GROUP BY ALL
),
known AS (
  -- A closing in the year 9999 is none.
  SELECT local_time(min(created_at), $zone) AS first,
         local_time(CASE WHEN year(max(closed_at)) < 9999
           THEN greatest(max(created_at), max(closed_at)) ELSE max(created_at) END, $zone) AS last
  FROM tickets
),
levels AS (
  SELECT segment, last, unnest(backlog_levels(moves, first, last, $grain, $zone)) AS level
  FROM lives, known
)
SELECT level.period::DATE AS period, segment, level.opened AS opened, level.closed AS closed,
       level.open_at_end AS open_at_end, level.overdue_at_end AS overdue_at_end
FROM levels
WHERE level.period < date_trunc($grain, last)
  AND ($from IS NULL OR level.period >= $from) AND ($to IS NULL OR level.period < $to)
ORDER BY period, segment;
