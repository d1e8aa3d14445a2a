-- title = "Important customers touched by an open incident"
-- question = "Which important (VIP) customers were touched by an incident that was open at an instant, and who looks after them?"
-- topic = "retention"
-- dated = "incidents open at the instant, tickets created by then"
-- needs.tickets = ["customer_id", "plan", "incident_id", "created_at", "first_response_at", "closed_at", "merged_into_id"]
-- needs.incidents = ["incident_id", "severity", "service", "started_at", "resolved_at"]
-- needs.customers = ["customer_id", "name", "region", "owner_agent_id"]
-- needs.subscriptions = ["customer_id", "month", "mrr_start", "mrr_end"]
-- needs.agents = ["agent_id", "name"]
-- param.at = { type = "timestamp", optional = true, about = "the instant; that of the newest ticket about an incident then open when absent" }
-- param.plan = { type = "text", default = "enterprise", about = "customers on this plan are important" }
-- param.min_mrr = { type = "number", default = 1000, about = "and so are those with this monthly revenue or more" }

-- Touched is a customer with a ticket about the incident; the plan is that of the ticket, the revenue
-- that of the month of the instant.
WITH
  about AS (
    SELECT tickets.incident_id, tickets.customer_id, tickets.plan, tickets.created_at, tickets.first_response_at,
           tickets.closed_at, incidents.severity, incidents.service, incidents.started_at AS began_at,
           incidents.resolved_at AS over_at
    FROM tickets JOIN incidents ON incidents.incident_id = tickets.incident_id
    WHERE tickets.merged_into_id IS NULL AND tickets.created_at >= incidents.started_at
  ),
  instant AS (
    SELECT coalesce(CAST($at AS TIMESTAMP WITH TIME ZONE), max(created_at)) AS at
    FROM about
    WHERE over_at IS NULL OR created_at < over_at
  ),
  touched AS (
    SELECT at, incident_id, severity, service, began_at, customer_id, max(plan) AS plan, count(*) AS tickets,
           count(*) FILTER (WHERE closed_at IS NULL OR closed_at > at) AS open_tickets,
           count(*) FILTER (WHERE first_response_at IS NULL OR first_response_at > at) AS waiting_tickets,
           min(created_at) AS first_ticket_at
    FROM about CROSS JOIN instant
    WHERE created_at <= at AND began_at <= at AND (over_at IS NULL OR over_at > at)
    GROUP BY at, incident_id, severity, service, began_at, customer_id
  ),
  revenue AS (
    SELECT customer_id, max(coalesce(mrr_end, mrr_start)) AS mrr
    FROM subscriptions CROSS JOIN instant
    WHERE month = CAST(date_trunc('month', at) AS DATE)
    GROUP BY customer_id
  )
SELECT at, incident_id, severity, service, round(date_diff('minute', began_at, at) / 60.0, 1) AS open_for_h,
       touched.customer_id, customers.name AS customer, touched.plan, revenue.mrr, customers.region,
       agents.name AS owner, tickets, open_tickets, waiting_tickets, first_ticket_at
FROM touched
  LEFT JOIN revenue ON revenue.customer_id = touched.customer_id
  LEFT JOIN customers ON customers.customer_id = touched.customer_id
  LEFT JOIN agents ON agents.agent_id = customers.owner_agent_id
WHERE touched.plan = $plan OR revenue.mrr >= $min_mrr
ORDER BY severity, revenue.mrr DESC NULLS LAST, touched.customer_id
