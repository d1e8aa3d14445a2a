-- title = "Customer effort (CES)"
-- question = "How easy do customers find it to get help?"
-- topic = "satisfaction"
-- dated = "surveys by responded_at, in UTC"
-- kpis = ["ces", "ces_top", "ces_index"]
-- chart = { kind = "line", x = "period", y = ["ces"], series = "segment" }
-- needs.surveys = ["kind", "responded_at", "score"]
-- optional_joins = ["t", "c"]
-- param.from = { type = "date", optional = true, about = "surveys answered on this day or later" }
-- param.to = { type = "date", optional = true, about = "surveys answered before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "t.channel", team = "t.team", priority = "t.priority", plan = "t.plan", category = "t.category", region = "c.region", survey_channel = "s.channel" }, about = "segment: of the ticket, of its customer, or how the survey was sent" }

-- ces: mean answer, 1 to 7, higher is easier; ces_top_pct: answers of 5 to 7; ces_index: share of 6
-- and 7 less share of 1 to 3, from -100 to 100. Each with the ends of its interval.
SELECT period, segment, effort.n AS n,
       round(effort.ces, 2) AS ces, round(effort.low, 2) AS ces_low, round(effort.high, 2) AS ces_high,
       round(easy.ces_top, 1) AS ces_top_pct,
       round(easy.low, 1) AS top_low_pct, round(easy.high, 1) AS top_high_pct,
       round(net.ces_index, 1) AS ces_index,
       round(net.low, 1) AS index_low, round(net.high, 1) AS index_high
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, s.responded_at)::DATE END AS period,
         $by AS segment,
         ces_detail(s.score) AS effort,
         ces_top_detail(s.score) AS easy,
         ces_index_detail(s.score) AS net
  FROM surveys s
  LEFT JOIN tickets t ON t.ticket_id = s.ticket_id
  LEFT JOIN customers c ON c.customer_id = s.customer_id
  WHERE s.kind = 'ces' AND s.responded_at IS NOT NULL
    AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
