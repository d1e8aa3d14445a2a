"""Net promoter score over time."""

import polars as pl

from harness.query import Query

QUERY = Query(
    title="NPS by month",
    keys=1,
    function="""
        SELECT date_trunc('month', responded_at) AS month, nps(score) AS nps
        FROM surveys WHERE kind = 'nps' AND responded_at IS NOT NULL GROUP BY 1 ORDER BY 1""",
    portable="""
        SELECT date_trunc('month', responded_at) AS month,
               100.0 * (count(CASE WHEN score >= 9 THEN 1 END) - count(CASE WHEN score <= 6 THEN 1 END))
                 / nullif(count(score), 0) AS nps
        FROM surveys WHERE kind = 'nps' AND responded_at IS NOT NULL GROUP BY 1 ORDER BY 1""",
    duckdb="""
        SELECT date_trunc('month', responded_at::DATE) AS month,
               100.0 * (count(*) FILTER (score >= 9) - count(*) FILTER (score <= 6))
                 / nullif(count(score), 0) AS nps
        FROM surveys WHERE kind = 'nps' AND responded_at IS NOT NULL GROUP BY 1 ORDER BY 1""",
    clickhouse="""
        SELECT toStartOfMonth(responded_at) AS month,
               100 * (countIf(score >= 9) - countIf(score <= 6)) / nullIf(count(score), 0) AS nps
        FROM surveys WHERE kind = 'nps' AND responded_at IS NOT NULL GROUP BY month ORDER BY month""",
    polars=lambda t: t["surveys"]
    .filter(pl.col("kind") == "nps", pl.col("responded_at").is_not_null())
    .group_by(pl.col("responded_at").dt.truncate("1mo").alias("month"))
    .agg(
        (100 * ((pl.col("score") >= 9).sum().cast(pl.Int64) - (pl.col("score") <= 6).sum().cast(pl.Int64))
         / pl.col("score").count()).alias("nps"),
    )
    .sort("month"),
    decode={"surveys": ("kind", "responded_at", "score")},
)
