-- title = "Response and resolution in business hours"
-- question = "How long do customers wait for an answer and a solution while the desk is open, by team?"
-- topic = "responsiveness"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["frt", "frt_median", "art"]
-- chart = { kind = "bar", x = "segment", y = ["frt_median_h"] }
-- needs.tickets = ["created_at", "first_response_at", "first_resolved_at", "team", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
-- param.to = { type = "date", optional = true, about = "tickets created before this day" }
-- param.calendar = { type = "text", default = "24x7", about = "a calendar of deskql.calendars; 24x7 counts every hour" }
-- param.by = { type = "column", default = "team", choices = { team = "team", channel = "channel", priority = "priority", plan = "plan", category = "category", all = "'all'" }, about = "segment" }

-- An answer outside of opening hours counts as 0 hours, so that the median may be 0. Tickets without an
-- answer or a solution are in tickets but not in their n.
SELECT segment, tickets, answer.n AS frt_n, round(answer.median, 2) AS frt_median_h,
       round(answer.p90, 2) AS frt_p90_h, round(answer.frt, 2) AS frt_mean_h,
       solution.n AS resolution_n, round(solution.median, 2) AS resolution_median_h,
       round(solution.p90, 2) AS resolution_p90_h, round(solution.art, 2) AS resolution_mean_h
FROM (
  SELECT $by AS segment,
         count(*) AS tickets,
         frt_detail(created_at, first_response_at, 'hour', calendar => $calendar) AS answer,
         art_detail(created_at, first_resolved_at, 'hour', calendar => $calendar) AS solution
  FROM tickets
  WHERE merged_into_id IS NULL
    AND ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
  GROUP BY ALL
)
ORDER BY segment;
