-- title = "Backlog"
-- question = "How many tickets are open, and how many overdue, at the end of each day, week or month?"
-- topic = "resolution"
-- dated = "the end of the period, in UTC; merged copies are left out"
-- kpis = ["backlog", "overdue_backlog"]
-- chart = { kind = "line", x = "period", y = ["open_at_end", "overdue_at_end"] }
-- needs.tickets = ["created_at", "closed_at", "due_at", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "periods that start on this day or later" }
-- param.to = { type = "date", optional = true, about = "periods that start before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year"], about = "length of a period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- The numbers that backlog(created_at, closed_at, at) and overdue_backlog(..) give for the end of each
-- whole period, from one pass: what opened so far less what closed so far. A microsecond is taken off
-- because a ticket that opens or closes at midnight has done so by the end of the day before.
WITH lives AS (
  SELECT $by AS segment,
         date_trunc($grain, created_at - INTERVAL '1 microsecond') AS opens,
         date_trunc($grain, closed_at - INTERVAL '1 microsecond') AS closes,
         date_trunc($grain, due_at) AS due,
         count(*) AS tickets,
         count(due_at) AS targeted
  FROM tickets
  WHERE merged_into_id IS NULL AND created_at IS NOT NULL
  GROUP BY ALL
),
moves AS (
  SELECT segment,
         unnest([opens, closes, late, CASE WHEN closes < late THEN late ELSE closes END]) AS period,
         unnest([tickets, 0, 0, 0]) AS opened,
         unnest([0, tickets, 0, 0]) AS closed,
         unnest([0, 0, targeted, -targeted]) AS overdue
  FROM (SELECT *, greatest(opens, due) AS late FROM lives)
),
known AS (
  SELECT min(created_at) AS first, greatest(max(created_at), max(closed_at)) AS last FROM tickets
),
days AS (
  SELECT unnest(generate_series(first, last, INTERVAL '1 day')) AS day FROM known
),
still AS (
  SELECT DISTINCT segment, date_trunc($grain, day) AS period,
         0 AS opened, 0 AS closed, 0 AS overdue
  FROM (SELECT DISTINCT $by AS segment FROM tickets WHERE merged_into_id IS NULL), days
),
flows AS (
  SELECT segment, period, sum(opened) AS opened, sum(closed) AS closed, sum(overdue) AS overdue
  FROM (SELECT * FROM moves UNION ALL SELECT * FROM still)
  WHERE period IS NOT NULL
  GROUP BY ALL
),
levels AS (
  SELECT period, segment, opened, closed,
         sum(opened - closed) OVER so_far AS open_at_end, sum(overdue) OVER so_far AS overdue_at_end
  FROM flows
  WINDOW so_far AS (PARTITION BY segment ORDER BY period)
)
SELECT period::DATE AS period, segment, opened, closed, open_at_end, overdue_at_end
FROM levels, known
WHERE period < date_trunc($grain, last)
  AND ($from IS NULL OR period >= $from) AND ($to IS NULL OR period < $to)
ORDER BY period, segment;
