-- title = "Customer feedback score"
-- question = "What is the mean answer to a survey, on one scale up to 100 for all kinds of surveys?"
-- topic = "satisfaction"
-- dated = "surveys by responded_at, in UTC"
-- kpis = ["feedback_score"]
-- chart = { kind = "line", x = "period", y = ["feedback_score"], series = "kind" }
-- needs.surveys = ["kind", "responded_at", "score"]
-- optional_joins = ["t", "c"]
-- param.from = { type = "date", optional = true, about = "surveys answered on this day or later" }
-- param.to = { type = "date", optional = true, about = "surveys answered before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "t.channel", team = "t.team", priority = "t.priority", plan = "t.plan", category = "t.category", region = "c.region", survey_channel = "s.channel" }, about = "segment: of the ticket, of its customer, or how the survey was sent" }

-- 100 x mean / highest score. Scales that start at 1 cannot reach 0: the least is 20 for csat and 14.3
-- for ces. NPS surveys are about no ticket, so only region and survey_channel tell them apart.
SELECT period, kind, segment, answers.n AS n, round(answers.feedback_score, 1) AS feedback_score,
       round(answers.low, 1) AS low, round(answers.high, 1) AS high
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, s.responded_at)::DATE END AS period,
         s.kind AS kind,
         $by AS segment,
         CASE s.kind
           WHEN 'csat' THEN feedback_score_detail(s.score, 5) FILTER (WHERE s.kind = 'csat')
           WHEN 'ces' THEN feedback_score_detail(s.score, 7) FILTER (WHERE s.kind = 'ces')
           WHEN 'nps' THEN feedback_score_detail(s.score, 10) FILTER (WHERE s.kind = 'nps')
         END AS answers
  FROM surveys s
  LEFT JOIN tickets t ON t.ticket_id = s.ticket_id
  LEFT JOIN customers c ON c.customer_id = s.customer_id
  WHERE s.responded_at IS NOT NULL
    AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
  GROUP BY ALL
)
ORDER BY period, kind, segment;
