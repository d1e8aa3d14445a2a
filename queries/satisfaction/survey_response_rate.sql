-- title = "Survey response rate"
-- question = "How many of the surveys that we offer are answered?"
-- topic = "satisfaction"
-- dated = "surveys by offered_at, in UTC"
-- kpis = ["survey_response_rate"]
-- chart = { kind = "line", x = "period", y = ["response_rate_pct"], series = "segment" }
-- needs.surveys = ["kind", "offered_at", "responded_at"]
-- param.from = { type = "date", optional = true, about = "surveys offered on this day or later" }
-- param.to = { type = "date", optional = true, about = "surveys offered before this day" }
-- param.grain = { type = "text", default = "month", choices = ["day", "week", "month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "kind", choices = { all = "'all'", kind = "kind", survey_channel = "channel" }, about = "segment" }

-- n counts surveys offered. Very good and very bad experiences are answered more often, so a low rate
-- says that the scores speak for few; the last offers may still be answered.
SELECT period, segment, response.n AS n, response.hits AS answered,
       round(response.rate, 1) AS response_rate_pct,
       round(response.low, 1) AS low_pct, round(response.high, 1) AS high_pct
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, offered_at)::DATE END AS period,
         $by AS segment,
         rate_detail(responded_at IS NOT NULL) AS response
  FROM surveys
  WHERE ($from IS NULL OR offered_at >= $from) AND ($to IS NULL OR offered_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
