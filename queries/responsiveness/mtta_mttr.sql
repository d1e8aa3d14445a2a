-- title = "Acknowledging and resolving incidents"
-- question = "How fast are incidents acknowledged and resolved, by severity?"
-- topic = "responsiveness"
-- dated = "incidents by started_at, in UTC"
-- kpis = ["mtta", "mttr"]
-- chart = { kind = "bar", x = "segment", y = ["mttr_h"] }
-- needs.incidents = ["started_at", "acknowledged_at", "resolved_at", "severity"]
-- param.from = { type = "date", optional = true, about = "incidents that started on this day or later" }
-- param.to = { type = "date", optional = true, about = "incidents that started before this day" }
-- param.grain = { type = "text", default = "year", choices = ["month", "quarter", "year", "all"], about = "length of a period; all is one period" }
-- param.by = { type = "column", default = "severity", choices = { all = "'all'", severity = "severity", service = "service", cause = "cause", customer_facing = "CASE WHEN is_customer_facing THEN 'yes' ELSE 'no' END" }, about = "segment" }

-- n counts resolved incidents; those still going on are in incidents only.
SELECT period, segment, incidents,
       round(ack.mtta, 1) AS mtta_min, round(ack.low, 1) AS mtta_low_min, round(ack.high, 1) AS mtta_high_min,
       resolution.n AS n,
       round(resolution.mttr, 1) AS mttr_h, round(resolution.low, 1) AS mttr_low_h,
       round(resolution.high, 1) AS mttr_high_h, round(resolution.median, 1) AS median_h
FROM (
  SELECT CASE WHEN $grain = 'all' THEN $from ELSE date_trunc($grain, started_at)::DATE END AS period,
         $by AS segment,
         count(*) AS incidents,
         mtta_detail(started_at, acknowledged_at) AS ack,
         mttr_detail(started_at, resolved_at, 'hour') AS resolution
  FROM incidents
  WHERE ($from IS NULL OR started_at >= $from) AND ($to IS NULL OR started_at < $to)
  GROUP BY ALL
)
ORDER BY period, segment;
