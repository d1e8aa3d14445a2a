-- title = "Customer satisfaction (CSAT)"
-- question = "What share of the answers to CSAT surveys is satisfied?"
-- topic = "satisfaction"
-- dated = "surveys by responded_at, in UTC"
-- kpis = ["csat"]
-- chart = { kind = "line", x = "period", y = ["csat_pct"], series = "segment" }
-- needs.surveys = ["kind", "responded_at", "score"]
-- optional_joins = ["t", "c"]
-- param.from = { type = "date", optional = true, about = "surveys answered on this day or later" }
-- param.to = { type = "date", optional = true, about = "surveys answered before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "t.channel", team = "t.team", priority = "t.priority", plan = "t.plan", category = "t.category", region = "c.region", survey_channel = "s.channel" }, about = "segment: of the ticket, of its customer, or how the survey was sent" }
-- param.satisfied_from = { type = "integer", default = 4, about = "lowest score of 1 to 5 that is satisfied" }

-- n counts answers: a ticket with two answered surveys has two.
SELECT period, segment, answers.n AS n, answers.satisfied AS satisfied,
       round(answers.csat, 1) AS csat_pct,
       round(answers.low, 1) AS low_pct, round(answers.high, 1) AS high_pct
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, s.responded_at)::DATE END AS period,
         $by AS segment,
         csat_detail(s.score, $satisfied_from) AS answers
  FROM surveys s
  LEFT JOIN tickets t ON t.ticket_id = s.ticket_id
  LEFT JOIN customers c ON c.customer_id = s.customer_id
  WHERE s.kind = 'csat' AND s.responded_at IS NOT NULL
    AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
