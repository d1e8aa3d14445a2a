-- title = "Interactions per ticket"
-- question = "How many messages go to and fro until a ticket is resolved?"
-- topic = "team"
-- dated = "tickets by resolved_at, in UTC; merged copies are left out"
-- kpis = ["interactions_per_ticket"]
-- chart = { kind = "line", x = "period", y = ["interactions"], series = "segment" }
-- needs.tickets = ["resolved_at", "replies", "customer_messages", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets resolved on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets resolved before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }

-- Public comments by agents and by the customer; the message that opens the ticket is not counted.
SELECT period, segment, messages.n AS n,
       round(messages.interactions_per_ticket, 2) AS interactions,
       round(messages.low, 2) AS low, round(messages.high, 2) AS high,
       round(by_agents.interactions_per_ticket, 2) AS replies,
       round(by_customers.interactions_per_ticket, 2) AS customer_messages
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, resolved_at)::DATE END AS period,
         $by AS segment,
         interactions_per_ticket_detail(replies + customer_messages) AS messages,
         interactions_per_ticket_detail(replies) AS by_agents,
         interactions_per_ticket_detail(customer_messages) AS by_customers
  FROM tickets
  WHERE merged_into_id IS NULL AND resolved_at IS NOT NULL
    AND ($from IS NULL OR resolved_at >= $from) AND ($to IS NULL OR resolved_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
