-- title = "What the answers of a month can show"
-- question = "Are there enough survey answers a month to see a change, and how many would a margin of 5 points need?"
-- topic = "satisfaction"
-- dated = "surveys by responded_at, in UTC"
-- kpis = ["csat", "ces_top", "nps"]
-- chart = { kind = "line", x = "month", y = ["margin"], series = "kpi" }
-- needs.surveys = ["kind", "responded_at", "score"]
-- optional_joins = ["t", "c"]
-- param.from = { type = "date", optional = true, about = "surveys answered on this day or later" }
-- param.to = { type = "date", optional = true, about = "surveys answered before this day" }
-- param.margin = { type = "number", default = 5, about = "points to either side within which the score should be known" }
-- param.by = { type = "column", default = "all", choices = { all = "'all'", channel = "t.channel", team = "t.team", priority = "t.priority", category = "t.category", plan = "c.plan", region = "c.region" }, about = "segment: of the ticket, which NPS has none of, or of the customer as of today" }

-- margin is half the width of the 95% interval of the month, and answers_needed the answers at which it would be
-- that asked for. down and up: a next month with as many answers must be below or above them to be told apart from
-- this one in four of five cases (power 80%, level 95%); what lies between may be hidden. NULL where even 0 or 100
-- is not far enough, or nothing varies. ces_top are the answers of 5 to 7.
WITH
  answers AS (
    SELECT date_trunc('month', s.responded_at)::DATE AS month, $by AS segment,
           csat_detail(s.score) FILTER (WHERE s.kind = 'csat') AS csat,
           ces_top_detail(s.score) FILTER (WHERE s.kind = 'ces') AS ces_top,
           nps_detail(s.score) FILTER (WHERE s.kind = 'nps') AS nps
    FROM surveys s
      LEFT JOIN tickets t ON t.ticket_id = s.ticket_id
      LEFT JOIN customers c ON c.customer_id = s.customer_id
    WHERE s.responded_at IS NOT NULL
      AND ($from IS NULL OR s.responded_at >= $from) AND ($to IS NULL OR s.responded_at < $to)
    GROUP BY ALL
  ),
  lines AS (
    SELECT month, segment, unnest([
      {kpi: 'csat', n: csat.n, value: csat.csat, low: csat.low, high: csat.high,
       needed: sample_size_rate($margin, csat.csat), change: detectable_change(csat.csat, csat.n)},
      {kpi: 'ces_top', n: ces_top.n, value: ces_top.ces_top, low: ces_top.low, high: ces_top.high,
       needed: sample_size_rate($margin, ces_top.ces_top), change: detectable_change(ces_top.ces_top, ces_top.n)},
      -- 2.8016 is z of the level plus z of the power, and 1.96 z of the level.
      {kpi: 'nps', n: nps.n, value: nps.nps, low: nps.low, high: nps.high,
       needed: sample_size_nps($margin, 100.0 * nps.promoters / nullif(nps.n, 0), 100.0 * nps.detractors / nullif(nps.n, 0)),
       change: {down: nps.nps - (nps.high - nps.nps) / 1.959963984540054 * 2.801585218112969 * sqrt(2),
                up: nps.nps + (nps.high - nps.nps) / 1.959963984540054 * 2.801585218112969 * sqrt(2)}}
    ]) AS line FROM answers
  )
SELECT month, segment, line.kpi AS kpi, line.n AS n, round(line.value, 1) AS value, round(line.low, 1) AS low,
       round(line.high, 1) AS high, round((line.high - line.low) / 2, 1) AS margin, nullif(line.needed, 0) AS answers_needed,
       CASE WHEN line.high > line.low AND line.change.down >= -100 THEN round(line.change.down, 1) END AS down,
       CASE WHEN line.high > line.low AND line.change.up <= 100 THEN round(line.change.up, 1) END AS up
FROM lines
WHERE line.n > 0
ORDER BY month, segment, line.kpi;
