"""Net promoter score."""

import polars as pl

from harness.query import Query

QUERY = Query(
    title="NPS by channel",
    keys=1,
    function="""
        SELECT channel, count(score) AS answers, nps(score) AS nps
        FROM surveys WHERE kind = 'nps' GROUP BY channel ORDER BY channel""",
    portable="""
        SELECT channel, count(score) AS answers,
               100.0 * (count(CASE WHEN score >= 9 THEN 1 END) - count(CASE WHEN score <= 6 THEN 1 END))
                 / nullif(count(score), 0) AS nps
        FROM surveys WHERE kind = 'nps' GROUP BY channel ORDER BY channel""",
    duckdb="""
        SELECT channel, count(score) AS answers,
               100.0 * (count(*) FILTER (score >= 9) - count(*) FILTER (score <= 6))
                 / nullif(count(score), 0) AS nps
        FROM surveys WHERE kind = 'nps' GROUP BY channel ORDER BY channel""",
    clickhouse="""
        SELECT channel, count(score) AS answers,
               100 * (countIf(score >= 9) - countIf(score <= 6)) / nullIf(count(score), 0) AS nps
        FROM surveys WHERE kind = 'nps' GROUP BY channel ORDER BY channel""",
    polars=lambda t: t["surveys"]
    .filter(pl.col("kind") == "nps")
    .group_by("channel")
    .agg(
        pl.col("score").count().alias("answers"),
        (100 * ((pl.col("score") >= 9).sum().cast(pl.Int64) - (pl.col("score") <= 6).sum().cast(pl.Int64))
         / pl.col("score").count()).alias("nps"),
    )
    .sort("channel"),
    decode={"surveys": ("kind", "channel", "score")},
)
