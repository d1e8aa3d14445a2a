-- title = "Net Promoter Score (NPS)"
-- question = "Would customers recommend us?"
-- topic = "satisfaction"
-- dated = "surveys by responded_at, in UTC"
-- kpis = ["nps"]
-- chart = { kind = "line", x = "period", y = ["nps"], series = "segment" }
-- needs.surveys = ["kind", "responded_at", "score"]
-- optional_joins = ["c"]
-- param.from = { type = "date", optional = true, about = "surveys answered on this day or later" }
-- param.to = { type = "date", optional = true, about = "surveys answered before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", plan = "c.plan", region = "c.region", industry = "c.industry", survey_channel = "s.channel" }, about = "segment: of the customer as of today, or how the survey was sent" }

SELECT period, segment, answers.n AS n,
       answers.promoters AS promoters, answers.passives AS passives, answers.detractors AS detractors,
       round(answers.nps, 1) AS nps, round(answers.low, 1) AS low, round(answers.high, 1) AS high
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, s.responded_at)::DATE END AS period,
         $by AS segment,
         nps_detail(s.score) AS answers
  FROM surveys s
  LEFT JOIN customers c ON c.customer_id = s.customer_id
  WHERE s.kind = 'nps' AND s.responded_at IS NOT NULL
    AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
